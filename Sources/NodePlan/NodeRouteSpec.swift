public import NetworkTypes

/// One route to another node's pods.
public struct NodeRoute: Hashable, Sendable, CustomStringConvertible {
    /// The other node's pod range, without host bits.
    public var destination: IPPrefix
    /// The other node's own address, of the same family.
    public var gateway: IPAddress
    /// The other node's name, for messages.
    public var node: String

    /// A route to `destination`, the pods of `node`, through its address.
    public init(destination: IPPrefix, gateway: IPAddress, node: String) {
        self.destination = destination
        self.gateway = gateway
        self.node = node
    }

    /// "10.244.2.0/24 via 192.168.0.3 (node b)".
    public var description: String { "\(destination) via \(gateway) (node \(node))" }
}

/// All routes that a node needs so that its pods reach the others', and what stands in the way of more.
public struct NodeRouteSpec: Hashable, Sendable {
    /// The routes, by destination; no two of them overlap.
    public var routes: [NodeRoute]
    /// The node's own pod ranges; empty until they are allocated.
    public var ownPrefixes: [IPPrefix]
    /// Nodes that no route, or not every route, could be planned for.
    public var problems: [NodeRouteProblem]

    /// A specification.
    public init(routes: [NodeRoute] = [], ownPrefixes: [IPPrefix] = [], problems: [NodeRouteProblem] = []) {
        self.routes = routes
        self.ownPrefixes = ownPrefixes
        self.problems = problems
    }

    /// The families that pods have addresses of, here or on any other node.
    public var families: Set<IPFamily> {
        Set(ownPrefixes.map(\.family)).union(routes.map(\.destination.family))
    }
}
