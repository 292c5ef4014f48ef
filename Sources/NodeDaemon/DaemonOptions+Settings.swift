import KubeProxyConfiguration
import ServicePlan
import ServiceProxy

extension DaemonOptions {
    /// Takes over what a configuration file, or kube-proxy's flags, say beyond the options that ``init`` has.
    mutating func take(_ settings: KubeProxySettings) {
        let isNFTables = mode == .nftables
        let bit = isNFTables ? settings.nftables.masqueradeBit : settings.iptables.masqueradeBit
        if let bit { proxy.masqueradeMark = 1 << UInt32(bit) }
        contexts.masqueradeAll = isNFTables ? settings.nftables.masqueradeAll : settings.iptables.masqueradeAll
        contexts.nodeAddress = settings.nodeAddress
        let (period, least) =
            switch mode {
            case .nftables, .none: (settings.nftables.syncPeriod, settings.nftables.minSyncPeriod)
            case .iptables: (settings.iptables.syncPeriod, settings.iptables.minSyncPeriod)
            case .ipvs: (settings.ipvs.syncPeriod, settings.ipvs.minSyncPeriod)
            }
        if least > .zero { proxy.minimumSyncInterval = least }
        if period > .zero {
            proxy.maximumRetryDelay = period
            proxy.healthTimeout = period * 2
        }
        // kube-proxy's default is on, in mode iptables only; here it has to be asked for, in any mode that can.
        proxy.takesNodePortsOnLoopback = settings.iptables.localhostNodePorts == true && mode != .ipvs
        proxy.ipvsExcludedRanges = settings.excludedRanges
        take(settings.ipvs)
        tuning = ConntrackTuning(settings.conntrack)
        oomScoreAdjustment = settings.oomScoreAdj
    }

    private mutating func take(_ ipvs: KubeProxySettings.IPVSSettings) {
        proxy.ipvsStrictARP = ipvs.strictARP
        proxy.ipvsTimeouts = IPVSConnectionTimes(
            tcp: ipvs.tcpTimeout,
            tcpFin: ipvs.tcpFinTimeout,
            udp: ipvs.udpTimeout
        )
    }
}

extension ConntrackTuning {
    /// kube-proxy's settings, with what is given.
    init(_ conntrack: KubeProxySettings.ConntrackSettings) {
        self.init()
        if let maximum = conntrack.maxPerCore { maximumPerCore = maximum }
        if let least = conntrack.min { minimum = least }
        if let timeout = conntrack.tcpEstablishedTimeout { establishedTimeout = timeout }
        if let timeout = conntrack.tcpCloseWaitTimeout { closeWaitTimeout = timeout }
        isLiberal = conntrack.tcpBeLiberal
        udpTimeout = conntrack.udpTimeout
        udpStreamTimeout = conntrack.udpStreamTimeout
    }
}
