import LinuxSystem
import LinuxSystemTesting
import Netlink
import NetworkTypes
import NodeNetwork
import NodePlan
import RouteNetlink
import Testing

/// Host-gw routes in the kernel, with `ip` as the witness.
@Suite(.enabled(if: KernelFeature.veth.isAvailable))
struct NodeNetworkRouteTests {
    private static func route(_ destination: String, _ gateway: String, node: String = "peer") throws -> NodeRoute {
        NodeRoute(
            destination: try #require(IPPrefix(destination)),
            gateway: try #require(IPAddress(gateway)),
            node: node
        )
    }

    /// A namespace with a link `eth0` in 192.168.7.0/24 and fd07::/64.
    private static func withNode(
        _ label: String,
        _ body: (TestNamespace, inout HostGatewayRoutes) throws -> Void
    ) throws {
        try withTestNamespace(label) { namespace in
            try NodeNetworkFixture.addLink(to: namespace.namespace)
            var routes = HostGatewayRoutes(try RouteConnection.open())
            try body(namespace, &routes)
        }
    }

    private static func routes(_ namespace: TestNamespace, _ family: IPFamily) throws -> [String] {
        try NodeNetworkFixture.routes(namespace.namespace, family)
    }

    @Test(arguments: [
        (IPFamily.ipv4, "10.244.1.0/24", "192.168.7.2", "192.168.7.3"), (.ipv6, "fd00:1::/64", "fd07::2", "fd07::3"),
    ])
    func routesFollowTheWish(family: IPFamily, destination: String, gateway: String, other: String) throws {
        try Self.withNode("follow") { namespace, routes in
            var outcome = try routes.sync([try Self.route(destination, gateway)])
            #expect(outcome.added.count == 1 && outcome.failures.isEmpty && outcome.links.count == 1)
            #expect(try Self.routes(namespace, family) == ["\(destination) via \(gateway) dev eth0"])
            outcome = try routes.sync([try Self.route(destination, gateway)])
            #expect(!outcome.isChange && outcome.unchangedCount == 1)
            outcome = try routes.sync([try Self.route(destination, other)])
            #expect(outcome.replaced.count == 1 && outcome.removed.isEmpty)
            #expect(try Self.routes(namespace, family) == ["\(destination) via \(other) dev eth0"])
            outcome = try routes.sync([])
            #expect(outcome.removed.map(\.description) == [destination])
            #expect(try Self.routes(namespace, family).isEmpty)
        }
    }

    @Test func manyRoutesOfBothFamilies() throws {
        try Self.withNode("many") { namespace, routes in
            let wanted = try (1...200).flatMap { number in
                [
                    try Self.route("10.244.\(number).0/24", "192.168.7.\(number % 200 + 2)"),
                    try Self.route("fd00:\(number)::/64", "fd07::\(number + 2)"),
                ]
            }
            #expect(try routes.sync(wanted).added.count == 400)
            #expect(try Self.routes(namespace, .ipv4).count == 200)
            #expect(try Self.routes(namespace, .ipv6).count == 200)
            let outcome = try routes.sync(Array(wanted.dropFirst(100)))
            #expect(outcome.removed.count == 100 && outcome.unchangedCount == 300)
            #expect(try routes.removeAll().count == 300)
            #expect(try routes.removeAll().isEmpty)
        }
    }

    @Test(arguments: [
        ("10.244.1.0/24", "192.168.99.2", "on no network"), ("fd00:1::/64", "fd99::2", "on no network"),
        ("10.244.1.0/24", "192.168.7.1", "an address of this host"),
        ("fd00:1::/64", "fd07::1", "an address of this host"),
        ("10.244.1.0/24", "172.30.0.1", "behind the router 192.168.7.9"),
    ])
    func aGatewayThatIsNoNeighbourIsNamed(destination: String, gateway: String, says: String) throws {
        try Self.withNode("gateway") { namespace, routes in
            try namespace.witness("ip", "route", "add", "172.30.0.0/16", "via", "192.168.7.9")
            let good = try Self.route("10.244.2.0/24", "192.168.7.2")
            let outcome = try routes.sync([try Self.route(destination, gateway, node: "far"), good])
            let failure = try #require(outcome.failures.first)
            #expect(outcome.failures.count == 1)
            #expect(failure.hasPrefix("node far: its address \(gateway) is "))
            #expect(failure.contains(says), "\(failure)")
            #expect(outcome.added == [good])
        }
    }

    @Test func aRouteToAnAddressThatANodeNoLongerHasGoes() throws {
        try Self.withNode("moved") { namespace, routes in
            _ = try routes.sync([try Self.route("10.244.1.0/24", "192.168.7.2")])
            let outcome = try routes.sync([try Self.route("10.244.1.0/24", "192.168.99.2")])
            #expect(outcome.failures.count == 1)
            #expect(outcome.removed.count == 1)
            #expect(try Self.routes(namespace, .ipv4).isEmpty)
        }
    }

    @Test(arguments: [
        (IPFamily.ipv4, "10.244.1.0/24", "192.168.7.2", "192.168.7.50"), (.ipv6, "fd00:1::/64", "fd07::2", "fd07::50"),
    ])
    func routesOfOthersStay(family: IPFamily, destination: String, gateway: String, foreign: String) throws {
        try Self.withNode("foreign") { namespace, routes in
            try namespace.witness("ip", "route", "add", destination, "via", foreign, "proto", "static")
            let outcome = try routes.sync([try Self.route(destination, gateway)])
            #expect(outcome.added.isEmpty)
            let failure = try #require(outcome.failures.first)
            #expect(
                failure.contains("in the way") && failure.contains("via \(foreign)")
                    && failure.contains("protocol static")
            )
            _ = try routes.sync([])
            #expect(try routes.removeAll().isEmpty)
            let left = try namespace.witness("ip", family == .ipv4 ? "-4" : "-6", "route", "show", "proto", "static")
            #expect(left.contains("\(destination) via \(foreign)"))
        }
    }
}
