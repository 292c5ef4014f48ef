import Glibc
import LinuxSystem
import LinuxSystemTesting
import Netlink
import NetworkTypes
import RouteNetlink
import Testing

@testable import ServiceProxy

/// The local routes of virtual servers, which need no IPVS.
@Suite(.enabled(if: KernelFeature.veth.isAvailable))
struct LocalRoutesTests {
    private struct Addresses: Sendable {
        let own, other, foreign: IPAddress
        let wanted: [IPAddress]

        init(_ family: IPFamily) throws {
            let texts =
                family == .ipv4
                ? ["192.0.2.1", "192.0.2.2", "10.96.0.9", "10.96.0.1", "10.96.0.2"]
                : ["fd00:192::1", "fd00:192::2", "fd00:96::9", "fd00:96::1", "fd00:96::2"]
            let all = try texts.map { try #require(IPAddress($0)) }
            (own, other, foreign) = (all[0], all[1], all[2])
            wanted = Array(all[3...])
        }
    }

    private func withRoutes(
        _ family: IPFamily,
        _ body: (Addresses, inout RouteConnection, UInt32) throws -> Void
    ) throws {
        let addresses = try Addresses(family)
        try withTestNamespace(loopback: true) { _ in
            var connection = try RouteConnection.open()
            let loopback = try #require(try connection.link(named: "lo")).index
            for address in [addresses.own, addresses.other] {
                try connection.addAddress(AddressSpec(IPPrefix(host: address), link: loopback))
                // An IPv6 address becomes one of this host in a worker of the kernel, under load a moment later.
                let deadline = Deadline.after(.seconds(60))
                while try connection.route(to: address)?.spec.kind != .local, !deadline.hasPassed { usleep(1000) }
            }
            try body(addresses, &connection, loopback)
        }
    }

    @Test(arguments: IPFamily.allCases)
    func routesOfOursGetAnotherSource(family: IPFamily) throws {
        try withRoutes(family) { addresses, _, _ in
            let recorder = CommitRecorder()
            var routes = try LocalRoutes(recorder: recorder)
            try routes.add(addresses.wanted, source: addresses.own)
            let (first, second) = (addresses.wanted[0], addresses.wanted[1])
            #expect(try routes.list(family) == [first: addresses.own, second: addresses.own])
            try routes.add([second], source: addresses.other)
            #expect(try routes.list(family) == [first: addresses.own, second: addresses.other])
            // What the kernel refused is no part of what was written.
            #expect(operations(recorder) == ["add route", "add route", "set route"])
            try routes.remove(addresses.wanted)
            try routes.remove(addresses.wanted)
            #expect(try routes.list(family).isEmpty)
            #expect(operations(recorder) == ["delete route", "delete route"])
        }
    }

    /// As that of an address on a link, of kube-proxy's kube-ipvs0 or of a user's.
    @Test(arguments: IPFamily.allCases)
    func aRouteOfSomebodyElseStaysAndOursServesWhenItGoes(family: IPFamily) throws {
        try withRoutes(family) { addresses, connection, _ in
            try connection.createLink(LinkSpec(name: "far0", kind: .veth(peer: VethPeer(name: "far1"))))
            try connection.setLink(.name("far0"), .up())
            let far = try #require(try connection.link(named: "far0")).index
            let place = IPPrefix(host: addresses.foreign)
            let foreign = RouteSpec(place, link: far, protocol: .static, table: .local, kind: .local)
            try connection.addRoute(foreign)
            func holders(_ connection: inout RouteConnection) throws -> [RouteProtocol] {
                try connection.routes(RouteFilter(family: family, table: .local, kind: .local))
                    .filter { $0.destination == place }.map { $0.spec.protocol }
            }
            var routes = try LocalRoutes()
            try routes.add([addresses.foreign] + addresses.wanted, source: addresses.own)
            #expect(Set(try routes.list(family).keys) == Set([addresses.foreign] + addresses.wanted))
            #expect(try holders(&connection) == [.static, LocalRoutes.protocol])
            // Once more with another source, which is no matter for the other route.
            try routes.add([addresses.foreign], source: addresses.other)
            #expect(try routes.list(family)[addresses.foreign] == addresses.other)
            #expect(try holders(&connection) == [.static, LocalRoutes.protocol])
            #expect(try connection.deleteRoute(foreign))
            #expect(try holders(&connection) == [LocalRoutes.protocol])
            #expect(try routes.isLocal(addresses.foreign))
            try routes.remove([addresses.foreign])
            #expect(try holders(&connection).isEmpty)
        }
    }

    private func operations(_ recorder: CommitRecorder) -> [String] {
        recorder.take().flatMap { write -> [String] in
            if case .routes(let requests) = write { requests.map(\.operation) } else { ["not about routes"] }
        }
    }
}
