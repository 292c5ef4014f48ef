public import NetworkTypes

/// Where everything of a throwaway cluster is: names, addresses and files, all derived from its name, so that what a
/// crashed run left behind is found again.
public struct ClusterLayout: Hashable, Sendable {
    /// The cluster's name; its namespaces start with `weft-NAME-`, its files are below `/run/weft-NAME`.
    public let name: String
    /// How many nodes there are, numbered from 1.
    public let nodeCount: Int

    /// The Service network.
    public static let serviceCIDR = "10.96.0.0/16"
    /// The pod network; each node has a /24 of it.
    public static let podCIDR = "10.244.0.0/16"
    /// The underlay is TEST-NET-1 of RFC 5737 (192.0.2.0/24): it exists inside our namespaces only.
    public static let underlayLength = 24
    /// The MTU of the underlay's links: the kernel's standard.
    public static let underlayMTU: UInt32 = 1500
    /// What VXLAN over IPv4 leaves of it: 50 bytes go to the outer headers.
    public static let overlayMTU = underlayMTU - 50

    /// A layout; at most 80 nodes fit the underlay's address plan.
    public init(name: String, nodeCount: Int) {
        precondition((1...80).contains(nodeCount), "1 to 80 nodes")
        self.name = name
        self.nodeCount = nodeCount
    }

    /// What the names of all our namespaces start with.
    public var namespacePrefix: String { "weft-\(name)-" }
    /// The namespace with the underlay bridge, the store and the nodes' default gateway.
    public var underlayNamespace: String { namespacePrefix + "underlay" }
    /// The namespace of the client outside the cluster.
    public var clientNamespace: String { namespacePrefix + "client" }
    /// A node's namespace.
    public func namespace(ofNode node: String) -> String { namespacePrefix + node }
    /// A pod's namespace.
    public func namespace(ofPod pod: String) -> String { namespacePrefix + "pod-" + pod }

    /// The nodes' names: node1, node2, ...
    public var nodeNames: [String] { (1...nodeCount).map { "node\($0)" } }
    /// The address of the n-th node (from 1) on the underlay.
    public func address(ofNode number: Int) -> IPAddress { underlayAddress(10 + UInt32(number)) }
    /// The underlay's own address, the nodes' default gateway.
    public var gateway: IPAddress { underlayAddress(1) }
    /// The client's address.
    public var clientAddress: IPAddress { underlayAddress(100) }

    /// The folder of sockets, logs and data.
    public var directory: String { "/run/weft-\(name)" }
    /// The store's unix socket.
    public var storeSocket: String { "\(directory)/store.sock" }
    /// The store's data folder.
    public var storeData: String { "\(directory)/store" }
    /// A program's log.
    public func log(of program: String) -> String { "\(directory)/\(program).log" }
    /// A node's folder of address reservations.
    public func reservations(ofNode node: String) -> String { "\(directory)/\(node)/ipam" }

    private func underlayAddress(_ host: UInt32) -> IPAddress { .v4(IPv4Address(rawValue: 0xC000_0200 + host)) }
}
