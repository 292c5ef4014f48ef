public import ClusterModel
import NetworkTypes

/// Plans host-gw routes: the pods of every other node are reached through that node's own address.
public struct NodeRoutePlanner: Sendable {
    /// The name of the node that the routes are for.
    public let nodeName: String

    /// A planner for the node of that name.
    public init(nodeName: String) {
        self.nodeName = nodeName
    }

    /// The routes that follow from the Nodes there are, in any order; the own Node may be missing.
    ///
    /// A Node without pod range is no problem: it gets one later. Of overlapping ranges the own one wins, then that of
    /// the older Node, then the one whose name comes first.
    public func plan(_ nodes: some Sequence<Node>) -> NodeRouteSpec {
        let ranges = PodRanges(nodes, ownName: nodeName)
        let ownAddresses = Set(ranges.ownNode?.internalAddresses ?? [])
        var spec = NodeRouteSpec(ownPrefixes: ranges.own, problems: ranges.problems)
        for claim in ranges.peers {
            let (prefix, name) = (claim.prefix, claim.node.name)
            guard let address = claim.node.internalAddress(prefix.family) else {
                spec.problems.append(
                    .init(
                        .missingAddress,
                        name,
                        "it has pod CIDR \(prefix) but no \(prefix.family) InternalIP in its status to reach it by"
                    )
                )
                continue
            }
            if let fault = address.fault(asWayTo: prefix, own: ownAddresses, ownName: nodeName) {
                spec.problems.append(.init(.invalidAddress, name, "its InternalIP \(address) \(fault)"))
                continue
            }
            spec.routes.append(NodeRoute(destination: prefix, gateway: address, node: name))
        }
        spec.problems.sort { ($0.node, $0.text) < ($1.node, $1.text) }
        return spec
    }
}
