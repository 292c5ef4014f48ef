import NetworkTypes
import NodePlan
import RouteNetlink

/// What must change so that a VXLAN link knows the wanted nodes and no others: for each its neighbour, forwarding entry
/// and route.
///
/// Everything on the link is ours, whoever made it: flannel's own entries are adopted.
struct VXLANEntries: Equatable {
    /// Neighbours that are missing, or have another MAC address or an end.
    var neighbors: [NeighborSpec] = []
    /// Forwarding entries that are missing, or lead elsewhere or have an end.
    var forwarding: [ForwardingSpec] = []
    /// Routes that are missing.
    var missingRoutes: [RouteSpec] = []
    /// Routes whose place another one of ours has.
    var wrongRoutes: [RouteSpec] = []
    /// Nobody's neighbours.
    var staleNeighbors: [IPAddress] = []
    /// Nobody's forwarding entries.
    var staleForwarding: [ForwardingSpec] = []
    /// Nobody's routes.
    var staleRoutes: [RouteSpec] = []
    /// What is right already.
    var unchangedCount = 0

    /// What a kernel has of one family.
    struct Present {
        /// Neighbours on the link.
        var neighbors: [Neighbor] = []
        /// The link's forwarding entries.
        var forwarding: [ForwardingEntry] = []
        /// Routes that lead through the link, and those with our protocol number.
        var routes: [RouteSpec] = []
    }

    init(wanted peers: [VXLANPeer], link: UInt32, present: Present) {
        compareNeighbors(peers, link, present.neighbors)
        compareForwarding(peers, link, present.forwarding)
        compareRoutes(peers, link, present.routes)
    }

    /// The route to a node's pods.
    static func route(to peer: VXLANPeer, link: UInt32) -> RouteSpec {
        RouteSpec(
            peer.subnet,
            gateway: peer.gateway,
            link: link,
            isOnLink: true,
            protocol: .weftNodeNetwork
        )
    }

    private mutating func compareNeighbors(_ peers: [VXLANPeer], _ link: UInt32, _ present: [Neighbor]) {
        var here: [IPAddress: Neighbor] = [:]
        for neighbor in present where !neighbor.flags.contains(.proxy) { here[neighbor.address] = neighbor }
        for peer in peers {
            let neighbor = here.removeValue(forKey: peer.gateway)
            if neighbor?.mac == peer.mac, neighbor?.state.contains(.permanent) == true {
                unchangedCount += 1
            } else {
                neighbors.append(NeighborSpec(peer.gateway, mac: peer.mac, link: link))
            }
        }
        // Others are the kernel's own business: multicast, and what it asked for itself.
        staleNeighbors = here.values.filter { $0.state.contains(.permanent) }.map(\.address).sorted()
    }

    private mutating func compareForwarding(_ peers: [VXLANPeer], _ link: UInt32, _ present: [ForwardingEntry]) {
        var here: [MACAddress: [ForwardingEntry]] = [:]
        for entry in present where entry.destination != nil { here[entry.mac, default: []].append(entry) }
        var seen: Set<MACAddress> = []
        for peer in peers where seen.insert(peer.mac).inserted {
            let entries = here.removeValue(forKey: peer.mac) ?? []
            // A unicast address has one destination (vxlan_fdb_update_existing), so a wrong one is replaced.
            if entries.contains(where: { $0.destination == peer.host && $0.state.contains(.permanent) }) {
                unchangedCount += 1
            } else {
                forwarding.append(ForwardingSpec(peer.mac, link: link, table: .link, destination: peer.host))
            }
        }
        staleForwarding += here.values.joined().map { Self.spec(of: $0, link) }
        staleForwarding.sort { ($0.mac, $0.destination ?? .any(.ipv4)) < ($1.mac, $1.destination ?? .any(.ipv4)) }
    }

    private static func spec(of entry: ForwardingEntry, _ link: UInt32) -> ForwardingSpec {
        ForwardingSpec(entry.mac, link: link, table: .link, destination: entry.destination)
    }

    private mutating func compareRoutes(_ peers: [VXLANPeer], _ link: UInt32, _ present: [RouteSpec]) {
        var here: [IPPrefix: [RouteSpec]] = [:]
        for route in present { here[route.destination, default: []].append(route) }
        for peer in peers {
            let wanted = Self.route(to: peer, link: link)
            let routes = here.removeValue(forKey: peer.subnet) ?? []
            if routes.contains(wanted) {
                unchangedCount += 1
                staleRoutes += routes.filter { $0 != wanted }
                continue
            }
            let inPlace = routes.filter { Self.isReplaced($0, by: wanted) }
            if inPlace.isEmpty { missingRoutes.append(wanted) } else { wrongRoutes.append(wanted) }
            staleRoutes += routes.filter { !inPlace.contains($0) }
        }
        staleRoutes += here.values.joined()
        staleRoutes.sort { ($0.destination, $0.metric ?? 0) < ($1.destination, $1.metric ?? 0) }
    }

    /// Whether the kernel puts one route in another's place: with the same metric and table alone.
    ///
    /// IPv6 refuses an on-link gateway that a route leads to by another link (ip6_route_check_nh_onlink), and the route
    /// that is to be replaced counts: that one has to go first.
    private static func isReplaced(_ route: RouteSpec, by wanted: RouteSpec) -> Bool {
        guard route.metric == wanted.metric, route.table == wanted.table else { return false }
        return wanted.destination.family == .ipv4 || route.link == wanted.link
    }
}
