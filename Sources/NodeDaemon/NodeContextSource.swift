import ClusterModel
import NetworkTypes
import ServicePlan

/// Turns the own Node into what the proxy must know of it.
struct NodeContextSource {
    /// All pods' addresses, of the command line; empty takes the node's own pod CIDRs.
    let clusterCIDRs: [IPPrefix]

    /// The context that follows from a Node.
    func context(of node: Node) -> NodeContext {
        NodeContext(
            name: node.name,
            zone: node.zone,
            addresses: addresses(of: node),
            localDetector: detector(for: node)
        )
    }

    private func detector(for node: Node) -> LocalDetector {
        let prefixes = clusterCIDRs.isEmpty ? node.podPrefixes.map(\.masked) : clusterCIDRs
        return prefixes.isEmpty ? .none : .sourcePrefixes(prefixes)
    }

    private func addresses(of node: Node) -> [IPAddress] {
        node.addresses.filter { ["InternalIP", "ExternalIP"].contains($0.type) }.compactMap { IPAddress($0.address) }
    }
}
