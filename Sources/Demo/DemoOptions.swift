/// What a demo run is asked for.
public struct DemoOptions: Sendable, Hashable {
    /// The cluster's name: its namespaces start with `weft-NAME-`, its files are in `/run/weft-NAME`.
    public var name = "demo"
    /// How many nodes.
    public var nodes = 3
    /// Whether the cluster stays when the checks are done.
    public var keep = false
    /// The service proxy's mode.
    public var mode = "nftables"
    /// The node network.
    public var network = "host-gw"

    /// Three nodes, nftables, host-gw, nothing kept.
    public init() {}

    /// How many pods each node gets; two, so that there is a neighbour on the same bridge.
    static let podsPerNode = 2
}
