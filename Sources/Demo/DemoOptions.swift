/// What a demo run is asked for.
public struct DemoOptions: Sendable, Hashable {
    /// The service proxy's mode: weftd's `--mode`.
    public enum Mode: String, Sendable, CaseIterable {
        /// Sets and maps of nf_tables.
        case nftables
        /// kube-proxy's chains.
        case iptables
        /// Virtual servers of IPVS.
        case ipvs
    }

    /// How pods of other nodes are reached: weftd's `--network`.
    public enum Network: String, Sendable, CaseIterable {
        /// An overlay, as flannel's.
        case vxlan
        /// Routes through the nodes' own addresses.
        case hostGateway = "host-gw"
    }

    /// The cluster's name: its namespaces start with `weft-NAME-`, its files are in `/run/weft-NAME`.
    public var name = "demo"
    /// How many nodes.
    public var nodes = 3
    /// Whether the cluster stays when the checks are done.
    public var keep = false
    /// The service proxy's mode.
    public var mode = Mode.nftables
    /// The node network.
    public var network = Network.hostGateway

    /// Three nodes, nftables, host-gw, nothing kept.
    public init() {}

    /// How many pods each node gets; two, so that there is a neighbour on the same bridge.
    static let podsPerNode = 2

    /// The options with which `weft demo` does the same once more.
    var commandLine: String {
        var words = ["--mode \(mode.rawValue)"]
        if network != Self().network { words.append("--network \(network.rawValue)") }
        if nodes != Self().nodes { words.append("--nodes \(nodes)") }
        return words.joined(separator: " ")
    }
}
