/// A flag of kube-proxy's command line, and the field that it stands for.
public struct KubeProxyFlag: Hashable, Sendable {
    /// Without the hyphens.
    public let name: String
    /// The field's place: "iptables.syncPeriod".
    public let field: String

    private init(_ name: String, _ field: String) {
        self.name = name
        self.field = field
    }

    /// All that have a field; `--config`, `--write-config-to`, `--cleanup` and `--init-only` have none.
    public static let all: [KubeProxyFlag] = [
        KubeProxyFlag("bind-address", "bindAddress"),
        KubeProxyFlag("bind-address-hard-fail", "bindAddressHardFail"),
        KubeProxyFlag("cluster-cidr", "clusterCIDR"),
        KubeProxyFlag("config-sync-period", "configSyncPeriod"),
        KubeProxyFlag("conntrack-max-per-core", "conntrack.maxPerCore"),
        KubeProxyFlag("conntrack-min", "conntrack.min"),
        KubeProxyFlag("conntrack-tcp-be-liberal", "conntrack.tcpBeLiberal"),
        KubeProxyFlag("conntrack-tcp-timeout-close-wait", "conntrack.tcpCloseWaitTimeout"),
        KubeProxyFlag("conntrack-tcp-timeout-established", "conntrack.tcpEstablishedTimeout"),
        KubeProxyFlag("conntrack-udp-timeout", "conntrack.udpTimeout"),
        KubeProxyFlag("conntrack-udp-timeout-stream", "conntrack.udpStreamTimeout"),
        KubeProxyFlag("detect-local-mode", "detectLocalMode"),
        KubeProxyFlag("feature-gates", "featureGates"),
        KubeProxyFlag("iptables-localhost-nodeports", "iptables.localhostNodePorts"),
        KubeProxyFlag("iptables-masquerade-bit", "iptables.masqueradeBit"),
        KubeProxyFlag("iptables-min-sync-period", "iptables.minSyncPeriod"),
        KubeProxyFlag("iptables-sync-period", "iptables.syncPeriod"),
        KubeProxyFlag("ipvs-exclude-cidrs", "ipvs.excludeCIDRs"),
        KubeProxyFlag("ipvs-min-sync-period", "ipvs.minSyncPeriod"),
        KubeProxyFlag("ipvs-scheduler", "ipvs.scheduler"),
        KubeProxyFlag("ipvs-strict-arp", "ipvs.strictARP"),
        KubeProxyFlag("ipvs-sync-period", "ipvs.syncPeriod"),
        KubeProxyFlag("ipvs-tcp-timeout", "ipvs.tcpTimeout"),
        KubeProxyFlag("ipvs-tcpfin-timeout", "ipvs.tcpFinTimeout"),
        KubeProxyFlag("ipvs-udp-timeout", "ipvs.udpTimeout"),
        KubeProxyFlag("kube-api-burst", "clientConnection.burst"),
        KubeProxyFlag("kube-api-content-type", "clientConnection.contentType"),
        KubeProxyFlag("kube-api-qps", "clientConnection.qps"),
        KubeProxyFlag("log-flush-frequency", "logging.flushFrequency"),
        KubeProxyFlag("logging-format", "logging.format"),
        KubeProxyFlag("masquerade-all", "iptables.masqueradeAll"),
        KubeProxyFlag("nodeport-addresses", "nodePortAddresses"),
        KubeProxyFlag("oom-score-adj", "oomScoreAdj"),
        KubeProxyFlag("pod-bridge-interface", "detectLocal.bridgeInterface"),
        KubeProxyFlag("pod-interface-name-prefix", "detectLocal.interfaceNamePrefix"),
        KubeProxyFlag("profiling", "enableProfiling"),
        KubeProxyFlag("proxy-mode", "mode"),
        KubeProxyFlag("show-hidden-metrics-for-version", "showHiddenMetricsForVersion"),
        KubeProxyFlag("v", "logging.verbosity"),
        KubeProxyFlag("vmodule", "logging.vmodule"),
    ]

    /// As it is typed: "--iptables-sync-period", "-v".
    public var typed: String { (name.count == 1 ? "-" : "--") + name }
}

extension KubeProxySettings {
    /// The settings of a command line.
    ///
    /// - Parameter flags: what follows each flag, by the flag's name.
    /// - Throws: ``KubeProxySettingsError`` with everything that is wrong, by flag.
    public init(flags: [String: String]) throws(KubeProxySettingsError) {
        self.init()
        var reader = ConfigurationReader { path, _ in Self.flag(path.joined(separator: ".")) }
        for flag in KubeProxyFlag.all {
            guard let text = flags[flag.name] else { continue }
            var value = ConfigurationValue(.argument(text))
            for name in flag.field.split(separator: ".").reversed() {
                value = ConfigurationValue(.map([(name: String(name), value: value)]))
            }
            reader.read(value, into: &self)
        }
        // The flag is of all modes.
        nftables.masqueradeAll = iptables.masqueradeAll
        nftables.masqueradeBit = iptables.masqueradeBit
        let problems =
            reader.problems
            + self.problems().map { problem in
                // What is quoted there stands behind the flag, as it was typed.
                Self.flag(problem.path) + (problem.text.hasPrefix("\"") ? " " : ": ") + problem.text
            }
        guard problems.isEmpty else { throw KubeProxySettingsError(problems.joined(separator: "; ")) }
    }

    private static func flag(_ field: String) -> String {
        KubeProxyFlag.all.first { $0.field == field }?.typed ?? field
    }
}
