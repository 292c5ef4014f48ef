import ArgumentParser

/// kube-proxy's flags that stand for a field of its configuration file; `KubeProxyFlag` has the fields.
struct KubeProxyFlags: ParsableArguments {
    @Option(
        name: .customLong("bind-address"),
        parsing: .unconditional,
        help: "The node's address of its family, instead of what its Node says."
    )
    var bindAddress: String?

    @Option(
        name: .customLong("bind-address-hard-fail"),
        defaultAsFlag: "true",
        parsing: .next,
        help: "Accepted: an address that can't be listened on always ends weftd."
    )
    var bindAddressHardFail: String?

    @Option(
        name: .customLong("cluster-cidr"),
        parsing: .unconditional,
        help: "All pods' addresses, one range per family, separated by a comma."
    )
    var clusterCidr: String?

    @Option(name: .customLong("config-sync-period"), parsing: .unconditional, help: "Accepted: objects are watched.")
    var configSyncPeriod: String?

    @Option(
        name: .customLong("conntrack-max-per-core"),
        parsing: .unconditional,
        help: "Tracked connections per processor; 0 leaves the kernel's limit."
    )
    var conntrackMaxPerCore: String?

    @Option(
        name: .customLong("conntrack-min"),
        parsing: .unconditional,
        help: "The least limit of tracked connections."
    )
    var conntrackMin: String?

    @Option(
        name: .customLong("conntrack-tcp-be-liberal"),
        defaultAsFlag: "true",
        parsing: .next,
        help: "Packets outside of a TCP connection's window are valid."
    )
    var conntrackTcpBeLiberal: String?

    @Option(
        name: .customLong("conntrack-tcp-timeout-close-wait"),
        parsing: .unconditional,
        help: "How long TCP connections in CLOSE_WAIT are tracked."
    )
    var conntrackTcpTimeoutCloseWait: String?

    @Option(
        name: .customLong("conntrack-tcp-timeout-established"),
        parsing: .unconditional,
        help: "How long idle TCP connections are tracked."
    )
    var conntrackTcpTimeoutEstablished: String?

    @Option(
        name: .customLong("conntrack-udp-timeout"),
        parsing: .unconditional,
        help: "How long UDP without an answer is tracked."
    )
    var conntrackUdpTimeout: String?

    @Option(
        name: .customLong("conntrack-udp-timeout-stream"),
        parsing: .unconditional,
        help: "How long UDP with answers is tracked."
    )
    var conntrackUdpTimeoutStream: String?

    @Option(
        name: .customLong("detect-local-mode"),
        parsing: .unconditional,
        help:
            "How pods of this node are told: ClusterCIDR (the node's own range where no --cluster-cidr is given), NodeCIDR, BridgeInterface, InterfaceNamePrefix or None."
    )
    var detectLocalMode: String?

    @Option(name: .customLong("feature-gates"), parsing: .unconditional, help: "Accepted.")
    var featureGates: String?

    @Option(
        name: .customLong("iptables-localhost-nodeports"),
        defaultAsFlag: "true",
        parsing: .next,
        help: "Node ports are taken on 127.0.0.1, too, which sets route_localnet; not in mode ipvs."
    )
    var iptablesLocalhostNodeports: String?

    @Option(
        name: .customLong("iptables-masquerade-bit"),
        parsing: .unconditional,
        help: "The bit of the packet mark that asks for masquerade."
    )
    var iptablesMasqueradeBit: String?

    @Option(
        name: .customLong("iptables-min-sync-period"),
        parsing: .unconditional,
        help: "Mode iptables: the least time between two writes."
    )
    var iptablesMinSyncPeriod: String?

    @Option(
        name: .customLong("iptables-sync-period"),
        parsing: .unconditional,
        help: "Mode iptables: the longest wait after a failed write."
    )
    var iptablesSyncPeriod: String?

    @Option(
        name: .customLong("ipvs-exclude-cidrs"),
        parsing: .unconditional,
        help: "Mode ipvs: virtual servers in these ranges are others'."
    )
    var ipvsExcludeCidrs: String?

    @Option(
        name: .customLong("ipvs-min-sync-period"),
        parsing: .unconditional,
        help: "Mode ipvs: the least time between two writes."
    )
    var ipvsMinSyncPeriod: String?

    @Option(
        name: .customLong("ipvs-scheduler"),
        parsing: .unconditional,
        help: "How mode ipvs picks endpoints: rr (the default), wrr, lc, wlc, lblc, lblcr, dh, sh, sed, nq or mh."
    )
    var ipvsScheduler: String?

    @Option(
        name: .customLong("ipvs-strict-arp"),
        defaultAsFlag: "true",
        parsing: .next,
        help: "Mode ipvs: ARP is answered on an address's own link only."
    )
    var ipvsStrictArp: String?

    @Option(
        name: .customLong("ipvs-sync-period"),
        parsing: .unconditional,
        help: "Mode ipvs: the longest wait after a failed write."
    )
    var ipvsSyncPeriod: String?

    @Option(
        name: .customLong("ipvs-tcp-timeout"),
        parsing: .unconditional,
        help: "Mode ipvs: how long idle TCP connections are known."
    )
    var ipvsTcpTimeout: String?

    @Option(
        name: .customLong("ipvs-tcpfin-timeout"),
        parsing: .unconditional,
        help: "Mode ipvs: how long TCP connections are known after a FIN."
    )
    var ipvsTcpfinTimeout: String?

    @Option(name: .customLong("ipvs-udp-timeout"), parsing: .unconditional, help: "Mode ipvs: how long UDP is known.")
    var ipvsUdpTimeout: String?

    @Option(name: .customLong("kube-api-burst"), parsing: .unconditional, help: "Accepted.")
    var kubeApiBurst: String?

    @Option(name: .customLong("kube-api-content-type"), parsing: .unconditional, help: "Accepted.")
    var kubeApiContentType: String?

    @Option(name: .customLong("kube-api-qps"), parsing: .unconditional, help: "Accepted.")
    var kubeApiQps: String?

    @Option(
        name: .customLong("log-flush-frequency"),
        parsing: .unconditional,
        help: "Accepted: lines are written at once."
    )
    var logFlushFrequency: String?

    @Option(name: .customLong("logging-format"), parsing: .unconditional, help: "Accepted.")
    var loggingFormat: String?

    @Option(
        name: .customLong("masquerade-all"),
        defaultAsFlag: "true",
        parsing: .next,
        help: "Masquerade all traffic to ClusterIPs."
    )
    var masqueradeAll: String?

    @Option(
        name: .customLong("nodeport-addresses"),
        parsing: .unconditional,
        help:
            "Node ports are taken on addresses in these ranges, separated by commas, or on the node's primary ones: primary."
    )
    var nodeportAddresses: String?

    @Option(
        name: .customLong("oom-score-adj"),
        parsing: .unconditional,
        help: "How much the kernel would rather end weftd than another process, -1000 to 1000."
    )
    var oomScoreAdj: String?

    @Option(
        name: .customLong("pod-bridge-interface"),
        parsing: .unconditional,
        help: "For BridgeInterface: the pods' bridge, such as cni0."
    )
    var podBridgeInterface: String?

    @Option(
        name: .customLong("pod-interface-name-prefix"),
        parsing: .unconditional,
        help: "For InterfaceNamePrefix: how the names of the pods' interfaces begin, such as veth."
    )
    var podInterfaceNamePrefix: String?

    @Option(name: .customLong("profiling"), defaultAsFlag: "true", parsing: .next, help: "Accepted.")
    var profiling: String?

    @Option(name: .customLong("proxy-mode"), parsing: .unconditional, help: "kube-proxy's name of --mode.")
    var proxyMode: String?

    @Option(name: .customLong("show-hidden-metrics-for-version"), parsing: .unconditional, help: "Accepted.")
    var showHiddenMetricsForVersion: String?

    @Option(
        name: [.customShort("v"), .customLong("v")],
        parsing: .unconditional,
        help: "How much is logged, as in kube-proxy: 4 for debug, 6 for trace."
    )
    var verbosity: String?

    @Option(name: .customLong("vmodule"), parsing: .unconditional, help: "Accepted.")
    var vmodule: String?

    /// What follows each flag that is given, by the flag's name.
    var values: [String: String] {
        let all: [(String, String?)] = [
            ("bind-address", bindAddress),
            ("bind-address-hard-fail", bindAddressHardFail),
            ("cluster-cidr", clusterCidr),
            ("config-sync-period", configSyncPeriod),
            ("conntrack-max-per-core", conntrackMaxPerCore),
            ("conntrack-min", conntrackMin),
            ("conntrack-tcp-be-liberal", conntrackTcpBeLiberal),
            ("conntrack-tcp-timeout-close-wait", conntrackTcpTimeoutCloseWait),
            ("conntrack-tcp-timeout-established", conntrackTcpTimeoutEstablished),
            ("conntrack-udp-timeout", conntrackUdpTimeout),
            ("conntrack-udp-timeout-stream", conntrackUdpTimeoutStream),
            ("detect-local-mode", detectLocalMode),
            ("feature-gates", featureGates),
            ("iptables-localhost-nodeports", iptablesLocalhostNodeports),
            ("iptables-masquerade-bit", iptablesMasqueradeBit),
            ("iptables-min-sync-period", iptablesMinSyncPeriod),
            ("iptables-sync-period", iptablesSyncPeriod),
            ("ipvs-exclude-cidrs", ipvsExcludeCidrs),
            ("ipvs-min-sync-period", ipvsMinSyncPeriod),
            ("ipvs-scheduler", ipvsScheduler),
            ("ipvs-strict-arp", ipvsStrictArp),
            ("ipvs-sync-period", ipvsSyncPeriod),
            ("ipvs-tcp-timeout", ipvsTcpTimeout),
            ("ipvs-tcpfin-timeout", ipvsTcpfinTimeout),
            ("ipvs-udp-timeout", ipvsUdpTimeout),
            ("kube-api-burst", kubeApiBurst),
            ("kube-api-content-type", kubeApiContentType),
            ("kube-api-qps", kubeApiQps),
            ("log-flush-frequency", logFlushFrequency),
            ("logging-format", loggingFormat),
            ("masquerade-all", masqueradeAll),
            ("nodeport-addresses", nodeportAddresses),
            ("oom-score-adj", oomScoreAdj),
            ("pod-bridge-interface", podBridgeInterface),
            ("pod-interface-name-prefix", podInterfaceNamePrefix),
            ("profiling", profiling),
            ("proxy-mode", proxyMode),
            ("show-hidden-metrics-for-version", showHiddenMetricsForVersion),
            ("v", verbosity),
            ("vmodule", vmodule),
        ]
        return all.reduce(into: [:]) { values, flag in values[flag.0] = flag.1 }
    }
}
