import NetworkTypes
import NodePlan
import RouteNetlink
import Testing

@testable import NodeNetwork

struct HostGatewayPlanTests {
    private static func wanted(_ destination: String, _ gateway: String) throws -> NodeRoute {
        NodeRoute(
            destination: try #require(IPPrefix(destination)),
            gateway: try #require(IPAddress(gateway)),
            node: "n"
        )
    }

    private static func present(_ destination: String, _ gateway: String?, metric: UInt32? = nil) throws -> RouteSpec {
        var spec = RouteSpec(
            try #require(IPPrefix(destination)),
            gateway: gateway.flatMap { IPAddress($0) },
            link: 2,
            protocol: .weftNodeNetwork
        )
        spec.metric = metric
        return spec
    }

    @Test(arguments: [("10.244.1.0/24", "192.168.0.2", "192.168.0.3"), ("fd00:10:1::/64", "fd00::2", "fd00::3")])
    func onlyDifferencesAreChanged(destination: String, gateway: String, other: String) throws {
        let wanted = [try Self.wanted(destination, gateway)]
        #expect(HostGatewayPlan(wanted: wanted, present: []).missing == wanted)
        let right = HostGatewayPlan(wanted: wanted, present: [try Self.present(destination, gateway)])
        #expect(right.missing.isEmpty && right.wrong.isEmpty && right.stale.isEmpty)
        #expect(right.rightCount == 1)
        let wrong = HostGatewayPlan(wanted: wanted, present: [try Self.present(destination, other)])
        #expect(wrong.wrong == wanted)
        #expect(wrong.missing.isEmpty && wrong.stale.isEmpty)
        let stale = HostGatewayPlan(wanted: [], present: [try Self.present(destination, gateway)])
        #expect(stale.stale == [try Self.present(destination, gateway)])
    }

    @Test func aSecondRouteOfOursToTheSamePlaceIsStale() throws {
        let wanted = [try Self.wanted("10.244.1.0/24", "192.168.0.2")]
        let extra = try Self.present("10.244.1.0/24", "192.168.0.2", metric: 50)
        let both = HostGatewayPlan(wanted: wanted, present: [extra, try Self.present("10.244.1.0/24", "192.168.0.2")])
        #expect(both.rightCount == 1)
        #expect(both.stale == [extra])
        let alone = HostGatewayPlan(wanted: wanted, present: [extra])
        #expect(alone.missing == wanted)
        #expect(alone.stale == [extra])
    }
}
