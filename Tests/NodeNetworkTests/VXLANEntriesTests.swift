import NetworkTypes
import NodePlan
import RouteNetlink
import Testing

@testable import NodeNetwork

/// The difference between wanted and present routes, where routes are told apart by more than their destination.
struct VXLANEntriesTests {
    private static func peer(_ subnet: String) throws -> VXLANPeer {
        VXLANPeer(
            node: "b",
            subnet: try #require(IPPrefix(subnet)),
            mac: try #require(MACAddress("0a:00:00:00:00:02")),
            host: try #require(IPAddress("192.168.0.2"))
        )
    }

    private static func entries(_ peer: VXLANPeer, _ routes: [RouteSpec]) -> VXLANEntries {
        var present = VXLANEntries.Present()
        present.routes = routes
        return VXLANEntries(wanted: [peer], link: 7, present: present)
    }

    @Test(arguments: ["10.244.2.0/24", "fd00:10:0:2::/64"])
    func nothingThere(subnet: String) throws {
        let peer = try Self.peer(subnet)
        let entries = Self.entries(peer, [])
        #expect(entries.missingRoutes == [VXLANEntries.route(to: peer, link: 7)])
        #expect(entries.neighbors == [NeighborSpec(peer.gateway, mac: peer.mac, link: 7)])
        #expect(entries.forwarding.map(\.destination) == [peer.host])
        #expect(entries.unchangedCount == 0)
    }

    /// A route by another link: IPv4 replaces it in place, IPv6 wants it gone first.
    @Test(arguments: [("10.244.2.0/24", "192.168.0.2", true), ("fd00:10:0:2::/64", "fd00::2", false)])
    func aRouteByAnotherLink(subnet: String, gateway: String, inPlace: Bool) throws {
        let peer = try Self.peer(subnet)
        let wanted = VXLANEntries.route(to: peer, link: 7)
        let other = RouteSpec(peer.subnet, gateway: IPAddress(gateway), link: 2, protocol: .weftNodeNetwork)
        let entries = Self.entries(peer, [other])
        #expect(entries.wrongRoutes == (inPlace ? [wanted] : []))
        #expect(entries.missingRoutes == (inPlace ? [] : [wanted]))
        #expect(entries.staleRoutes == (inPlace ? [] : [other]))
    }

    @Test func routesBesideTheRightOneAreStale() throws {
        let peer = try Self.peer("10.244.2.0/24")
        let wanted = VXLANEntries.route(to: peer, link: 7)
        var metric = wanted
        metric.metric = 50
        var table = wanted
        table.table = RouteTable(rawValue: 100)
        let entries = Self.entries(peer, [metric, wanted, table])
        #expect(entries.unchangedCount == 1)
        #expect(Set(entries.staleRoutes) == [metric, table])
        let alone = Self.entries(peer, [metric, table])
        #expect(alone.missingRoutes == [wanted] && alone.wrongRoutes.isEmpty)
        #expect(Set(alone.staleRoutes) == [metric, table])
    }

    @Test func aRouteOfAnotherMakerOnTheLinkIsReplaced() throws {
        for subnet in ["10.244.2.0/24", "fd00:10:0:2::/64"] {
            let peer = try Self.peer(subnet)
            var flannels = VXLANEntries.route(to: peer, link: 7)
            flannels.protocol = .boot
            let entries = Self.entries(peer, [flannels])
            #expect(entries.wrongRoutes == [VXLANEntries.route(to: peer, link: 7)] && entries.staleRoutes.isEmpty)
        }
    }

    @Test func onlyWhatTheKernelCannotChangeIsAReason() throws {
        let peer = try Self.peer("10.244.2.0/24")
        let flannels = VXLANOptions(identifier: 1, port: Port(rawValue: 8472), local: peer.host)
        #expect(flannels.reasonToReplace(for: flannels) == nil)
        var moved = flannels
        moved.local = IPAddress("192.168.0.9")
        moved.carrier = 3
        #expect(flannels.reasonToReplace(for: moved) == nil)
        moved.local = IPAddress("fd00::9")
        #expect(flannels.reasonToReplace(for: moved)?.contains("IPv4") == true)
        moved = flannels
        moved.port = Port(rawValue: 4789)
        #expect(flannels.reasonToReplace(for: moved)?.contains("port") == true)
    }
}
