import Netlink
import NodePlan
import RouteNetlink

/// The requests that a difference needs, in an order in which no packet is sent to where nobody listens, and whose they
/// are.
struct VXLANBatch {
    /// What is to be asked.
    let routes: RouteBatch
    private let entries: VXLANEntries
    private var peers: [String: VXLANPeer] = [:]

    init(_ entries: VXLANEntries, peers wanted: [VXLANPeer], link: UInt32) {
        self.entries = entries
        var requests = entries.staleRoutes.map(NetlinkRequest.deleteRoute)
        requests += entries.neighbors.map(NetlinkRequest.replaceNeighbor)
        requests += entries.forwarding.map(NetlinkRequest.replaceForwardingEntry)
        requests += entries.missingRoutes.map(NetlinkRequest.addRoute)
        requests += entries.wrongRoutes.map(NetlinkRequest.replaceRoute)
        requests += entries.staleNeighbors.map { NetlinkRequest.deleteNeighbor($0, link: link) }
        requests += entries.staleForwarding.map(NetlinkRequest.deleteForwardingEntry)
        routes = RouteBatch(requests)
        for peer in wanted {
            peers[VXLANEntries.route(to: peer, link: link).description] = peer
            peers[NeighborSpec(peer.gateway, mac: peer.mac, link: link).description] = peer
            peers[ForwardingSpec(peer.mac, link: link, table: .link, destination: peer.host).description] = peer
        }
    }

    /// The node that a refused request was for.
    func peer(of failure: NetlinkError) -> VXLANPeer? { peers[failure.object] }

    /// A refusal as a line that names the node; nil for the removal of what is gone already.
    func line(of failure: NetlinkError) -> String? {
        if failure.isNotFound && failure.operation.hasPrefix("delete") { return nil }
        return (peer(of: failure).map { "node \($0.node): " } ?? "") + failure.description
    }

    /// How many nodes have no route because it was refused.
    func failedRoutes(among failures: [NetlinkError]) -> Int {
        Set(failures.filter { $0.operation.hasSuffix("route") }.compactMap { peer(of: $0)?.subnet }).count
    }

    /// Adds up what the batch does.
    func count(into outcome: inout NodeNetworkOutcome) {
        outcome.added += entries.missingRoutes.count + entries.neighbors.count + entries.forwarding.count
        outcome.replaced += entries.wrongRoutes.count
        outcome.removed +=
            entries.staleRoutes.count + entries.staleNeighbors.count + entries.staleForwarding.count
        outcome.unchanged += entries.unchangedCount
    }
}
