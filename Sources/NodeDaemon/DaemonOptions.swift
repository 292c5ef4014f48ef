public import ControlStoreClient
import KubeProxyConfiguration
public import Logging
public import NetworkTypes
public import PolicyEnforcer
public import ServicePlan
public import ServiceProxy

/// How Services are programmed.
public enum ProxyMode: String, Hashable, Sendable, CaseIterable {
    /// Sets and maps of nf_tables.
    case nftables
    /// kube-proxy's chains, as iptables-nft shows them.
    case iptables
    /// Virtual servers of IPVS, with sets of nf_tables around them.
    case ipvs
    /// Someone else sees to it, such as kube-proxy.
    case none
}

/// How pods of other nodes are reached.
public enum NetworkMode: String, Hashable, Sendable, CaseIterable {
    /// An overlay with flannel's names and wire format.
    case vxlan
    /// Routes through the other nodes' own addresses; all nodes are on one network.
    case hostGateway = "host-gw"
    /// Someone else sees to it.
    case none
}

/// What the daemon is told on its command line, checked.
public struct DaemonOptions: Sendable {
    /// The name of the Node that this machine is.
    public var nodeName: String
    /// Where the objects are.
    public var client: ClientConfiguration
    /// How Services are programmed.
    public var mode: ProxyMode
    /// How pods of other nodes are reached.
    public var network: NetworkMode
    /// How NetworkPolicies are enforced.
    public var policy: PolicyMode
    /// What becomes of connections that policies no longer allow.
    public var existingFlows: ExistingFlows
    /// The kernel's name of how mode ipvs picks endpoints.
    public var ipvsScheduler: String { proxy.ipvsScheduler }
    /// What is accepted although it has no effect, for the log.
    public var warnings: [String] = []
    /// What the plan is told of the node beside its Node object.
    public var contexts: NodeContextSource
    /// Node ports are taken on the node's addresses in these ranges; empty: on all.
    public var nodePortAddresses: [IPPrefix] { proxy.nodePortAddresses }
    /// Node ports are taken on the node's first address of each family only.
    public var takesNodePortsOnPrimaryAddress: Bool { proxy.takesNodePortsOnPrimaryAddress }
    /// All pods' addresses, at most one range per family; empty takes the node's own pod CIDRs.
    public var clusterCIDRs: [IPPrefix] { contexts.clusterCIDRs }
    /// Where metrics are served; `nil` nowhere.
    public var metricsAddress: IPEndpoint?
    /// Where health is served; `nil` nowhere.
    public var healthAddress: IPEndpoint?
    /// Whether kube-proxy's rules are taken away, or taken over.
    public var takesOver = false
    /// The file that the daemon was configured with.
    var configurationFile: ConfigurationFile?
    /// What else the proxy is told.
    public var proxy: ProxyConfiguration
    /// How connection tracking is set.
    public var tuning = ConntrackTuning()
    /// How much the kernel would rather end this process than another one; nil: as it was started.
    public var oomScoreAdjustment: Int?
    /// What is written for CNI plugins when the node's network is ready.
    public var podNetworkFiles: PodNetworkFiles
    /// What is logged.
    public var logLevel: Logger.Level
    /// How long an unreachable store is waited for at the start.
    public var storeWait: Duration = .seconds(15)

    /// Where metrics are served unless something else is said, as kube-proxy's; nowhere in mode none.
    public static let standardMetricsAddress = "127.0.0.1:10249"
    /// Where health is served unless something else is said, as kube-proxy's; nowhere in mode none.
    public static let standardHealthAddress = "0.0.0.0:10256"

    /// Checks the values of the command line.
    ///
    /// - Throws: `.option` or the client's `.configuration`, naming the option, its value and what is accepted.
    public init(
        nodeName: String,
        kubeconfig: String?,
        server: String?,
        mode: String = "nftables",
        network: String = "host-gw",
        ipvsScheduler: String? = nil,
        policy: String = "nftables",
        policyExistingFlows: String = "cut",
        clusterCIDR: String? = nil,
        detectLocalMode: String? = nil,
        podBridgeInterface: String? = nil,
        podInterfaceNamePrefix: String? = nil,
        masqueradeAll: Bool = false,
        nodePortAddresses: String? = nil,
        metricsBindAddress: String? = nil,
        healthzBindAddress: String? = nil,
        subnetFile: String? = nil,
        cniConfDir: String? = nil,
        logLevel: String = "info"
    ) throws {
        guard !nodeName.isEmpty else {
            throw NodeDaemonError(.option, "--node-name is missing: give the name of the Node that this machine is")
        }
        guard Self.isSubdomain(nodeName) else {
            throw NodeDaemonError(
                .option,
                "--node-name \"\(nodeName)\": not a Node's name; use lower-case letters, digits, '-' and '.', at most 253"
            )
        }
        self.nodeName = nodeName
        self.mode = try Self.choice(mode, option: "--mode")
        self.network = try Self.choice(network, option: "--network")
        self.policy = try Self.choice(policy, option: "--policy")
        existingFlows = try Self.choice(policyExistingFlows, option: "--policy-existing-flows")
        let scheduler = try Self.choice(
            ipvsScheduler ?? "rr",
            of: KubeProxySettings.schedulers,
            option: "--ipvs-scheduler"
        )
        if let ipvsScheduler, mode != "ipvs" {
            warnings.append("--ipvs-scheduler \(ipvsScheduler) has no effect: the mode is \(mode)")
        }
        self.logLevel = try Self.choice(logLevel, option: "--log-level")
        contexts = NodeContextSource(
            clusterCIDRs: try Self.prefixes(clusterCIDR ?? "", option: "--cluster-cidr"),
            detection: try LocalDetection(detectLocalMode, podBridgeInterface, podInterfaceNamePrefix).detection,
            masqueradeAll: masqueradeAll
        )
        let isPrimary = nodePortAddresses == "primary"
        let ranges = try Self.prefixes(
            isPrimary ? "" : nodePortAddresses ?? "",
            option: "--nodeport-addresses",
            isOnePerFamily: false
        )
        proxy = ProxyConfiguration(
            nodePortAddresses: ranges,
            takesNodePortsOnPrimaryAddress: isPrimary,
            ipvsScheduler: scheduler
        )
        // Where kube-proxy serves the node's Services, these ports are its own.
        let standard = self.mode == .none ? ("", "") : (Self.standardMetricsAddress, Self.standardHealthAddress)
        metricsAddress = try Self.endpoint(metricsBindAddress ?? standard.0, option: "--metrics-bind-address")
        healthAddress = try Self.endpoint(healthzBindAddress ?? standard.1, option: "--healthz-bind-address")
        let directory = try Self.path(cniConfDir, option: "--cni-conf-dir")
        podNetworkFiles = PodNetworkFiles(
            // A network list is of no use without it.
            subnetFile: try Self.path(subnetFile, option: "--subnet-file")
                ?? directory.map { _ in PodNetworkFiles.standardSubnetFile },
            configurationDirectory: directory
        )
        client = try ClientConfiguration(kubeconfig: kubeconfig, server: server)
        client.userAgent = "weftd"
    }

    /// A logger to the standard error stream, of the level that was asked for.
    public func makeLogger() -> Logger {
        var logger = Logger(label: "weftd") { StreamLogHandler.standardError(label: $0) }
        logger.logLevel = logLevel
        return logger
    }

    private static func choice<Choice: RawRepresentable<String> & CaseIterable>(
        _ text: String,
        option: String
    ) throws(NodeDaemonError) -> Choice {
        let allowed = Choice.allCases.map(\.rawValue)
        let known = try choice(text, of: allowed, option: option)
        guard let choice = Choice(rawValue: known) else { preconditionFailure("\(known) is one of its own values") }
        return choice
    }

    private static func choice(_ text: String, of allowed: [String], option: String) throws(NodeDaemonError) -> String {
        if allowed.contains(text) { return text }
        throw NodeDaemonError(
            .option,
            "\(option) \"\(text)\": unknown; allowed is \(allowed.joined(separator: ", "))"
        )
    }

    private static func prefixes(
        _ text: String,
        option: String,
        isOnePerFamily: Bool = true
    ) throws(NodeDaemonError) -> [IPPrefix] {
        var prefixes: [IPPrefix] = []
        for part in text.split(separator: ",", omittingEmptySubsequences: false) where !text.isEmpty {
            guard let prefix = IPPrefix(part) else {
                throw NodeDaemonError(
                    .option,
                    "\(option) \"\(text)\": \"\(part)\" is no prefix; give one like 10.244.0.0/16, or one per family"
                )
            }
            guard !isOnePerFamily || !prefixes.contains(where: { $0.family == prefix.family }) else {
                throw NodeDaemonError(.option, "\(option) \"\(text)\": more than one \(prefix.family) prefix")
            }
            prefixes.append(prefix.masked)
        }
        return prefixes
    }

    /// An absolute path that may stand in JSON as it is; nil and empty for none.
    static func path(_ text: String?, option: String) throws(NodeDaemonError) -> String? {
        guard let text, !text.isEmpty else { return nil }
        let isPlain = text.utf8.allSatisfy { $0 > 0x20 && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\") }
        guard text.hasPrefix("/"), isPlain else {
            throw NodeDaemonError(
                .option,
                "\(option) \"\(text)\": give an absolute path, without spaces, quotation marks and backslashes"
            )
        }
        return text
    }

    /// `HOST:PORT`, `[IPv6]:PORT`, or `:PORT` for all IPv4 addresses; empty turns the server off.
    private static func endpoint(_ text: String, option: String) throws(NodeDaemonError) -> IPEndpoint? {
        if text.isEmpty { return nil }
        if let endpoint = IPEndpoint(text.hasPrefix(":") ? "0.0.0.0" + text : text) { return endpoint }
        throw NodeDaemonError(
            .option,
            "\(option) \"\(text)\": not an address with a port; give one like 127.0.0.1:10249 or [::1]:10249"
        )
    }

    /// RFC 1123 subdomain, as Nodes' names are.
    private static func isSubdomain(_ name: String) -> Bool {
        guard (1...253).contains(name.utf8.count) else { return false }
        return name.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { label in
            let isPlain = label.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"):
                    true
                default: false
                }
            }
            return !label.isEmpty && isPlain && !label.hasPrefix("-") && !label.hasSuffix("-")
        }
    }
}
