import Conntrack
import Netlink
import NetworkTypes
import RouteNetlink

/// The addresses of kube-proxy's link as sources of the node's own connections.
///
/// An address that a link carries is what the kernel takes as source of packets to that very address. So the node's
/// connections to cluster IPs come from these, also those that rules lead by now, and end with the link.
struct KubeProxySources {
    let link: UInt32
    /// The addresses of the link.
    let addresses: Set<IPAddress>

    /// Makes connections to come use an address of the node's, where they go by IPv4.
    ///
    /// The kernel takes no IPv6 route on a link that is down, as this one is; there new ones go on to come from it.
    /// - Parameters:
    ///   - node: an address of the node's; nil: there is none, and nothing is changed.
    ///   - connection: to the network namespace of the link.
    /// - Throws: the first refusal of the kernel.
    func redirect(to node: IPAddress?, _ connection: inout RouteConnection) throws(NetlinkError) {
        guard let node, node.family == .ipv4 else { return }
        let requests = addresses.filter { $0.family == .ipv4 }.sorted().map { address in
            NetlinkRequest.replaceRoute(
                RouteSpec(
                    IPPrefix(host: address),
                    link: link,
                    source: node,
                    protocol: .kernel,
                    table: .local,
                    kind: .local
                )
            )
        }
        for start in stride(from: 0, to: requests.count, by: 1000) {
            try connection.commit(RouteBatch(Array(requests[start...].prefix(1000))))
        }
    }

    /// Which of them connections of TCP that go on come from.
    ///
    /// - Throws: when connection tracking can't be asked.
    func inUse() throws(NetlinkError) -> Set<IPAddress> {
        var connection = try ConntrackConnection.open()
        let flows = try connection.openConnections(Set(addresses.map(\.family)))
        return addresses.intersection(flows.map(\.original.source))
    }
}
