public import NetworkTypes

extension KubeProxySettings {
    /// The same, with what kube-proxy 1.36 does by itself on Linux wherever nothing is given.
    public func withDefaults() -> KubeProxySettings {
        var settings = self
        func fill(_ text: inout String, _ value: String) { if text.isEmpty { text = value } }
        func fill(_ duration: inout Duration, _ value: Duration) { if duration == .zero { duration = value } }
        func fill<Value>(_ place: inout Value?, _ value: Value) { if place == nil { place = value } }
        fill(&settings.bindAddress, "0.0.0.0")
        settings.healthzBindAddress = healthEndpoint.description
        settings.metricsBindAddress = metricsEndpoint.description
        fill(&settings.mode, Self.defaultMode)
        fill(&settings.detectLocalMode, "ClusterCIDR")
        fill(&settings.oomScoreAdj, Self.defaultOOMScore)
        fill(&settings.configSyncPeriod, .seconds(900))
        fill(&settings.clientConnection.contentType, "application/vnd.kubernetes.protobuf")
        if settings.clientConnection.qps == 0 { settings.clientConnection.qps = 5 }
        if settings.clientConnection.burst == 0 { settings.clientConnection.burst = 10 }
        fill(&settings.logging.format, "text")
        fill(&settings.logging.flushFrequency, .seconds(5))
        fill(&settings.logging.verbosity, 0)
        fill(&settings.iptables.masqueradeBit, Self.defaultMasqueradeBit)
        fill(&settings.iptables.localhostNodePorts, true)
        fill(&settings.iptables.syncPeriod, .seconds(30))
        fill(&settings.iptables.minSyncPeriod, .seconds(1))
        fill(&settings.ipvs.syncPeriod, .seconds(30))
        fill(&settings.ipvs.scheduler, "rr")
        fill(&settings.nftables.masqueradeBit, Self.defaultMasqueradeBit)
        fill(&settings.nftables.syncPeriod, .seconds(30))
        fill(&settings.nftables.minSyncPeriod, .seconds(1))
        fill(&settings.conntrack.maxPerCore, 32_768)
        fill(&settings.conntrack.min, 131_072)
        fill(&settings.conntrack.tcpEstablishedTimeout, .seconds(86_400))
        fill(&settings.conntrack.tcpCloseWaitTimeout, .seconds(3600))
        if settings.nodePortAddresses.isEmpty, settings.mode == "nftables" {
            settings.nodePortAddresses = [Self.primary]
        }
        return settings
    }

    /// What kube-proxy does when no mode is given.
    static let defaultMode = "iptables"
    /// What kube-proxy asks for.
    public static let defaultOOMScore = -999
    static let defaultMasqueradeBit = 14

    /// Where health is served.
    public var healthEndpoint: IPEndpoint {
        Self.endpoint(healthzBindAddress, Self.healthPort)
            ?? IPEndpoint(address: .any(bindFamily), port: Port(rawValue: UInt16(Self.healthPort)))
    }

    /// Where metrics are served.
    public var metricsEndpoint: IPEndpoint {
        Self.endpoint(metricsBindAddress, Self.metricsPort)
            ?? IPEndpoint(address: .loopback(bindFamily), port: Port(rawValue: UInt16(Self.metricsPort)))
    }

    private var bindFamily: IPFamily { IPAddress(bindAddress)?.family ?? .ipv4 }

    /// The node's own address of one family, where the Node's status is not to be followed.
    public var nodeAddress: IPAddress? {
        IPAddress(bindAddress).flatMap { $0 == .any($0.family) ? nil : $0 }
    }

    /// ``IPVSSettings/excludeCIDRs``.
    public var excludedRanges: [IPPrefix] { ipvs.excludeCIDRs.compactMap { IPPrefix($0)?.masked } }

    /// The fields that are given and that weftd accepts without doing anything, by their place.
    public var fieldsWithoutEffect: [String] { ignoredFields() }
}
