import ClusterModel
import Conntrack
import NetworkTypes
import ServicePlan
import Testing

@testable import ServiceProxy

/// Which flows go (reference/kube-proxy.md, section 8).
struct StaleFlowsTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var name: String
        /// Destination of the original direction, and source of the reply.
        var to: String
        var from: String
        var transport = TransportProtocol.udp
        var isStale: Bool

        var testDescription: String { name }
    }

    static let cases = [
        Case(name: "to a serving endpoint", to: "10.96.0.1:53", from: "10.244.0.2:5353", isStale: false),
        Case(name: "to one that is gone", to: "10.96.0.1:53", from: "10.244.0.9:5353", isStale: true),
        Case(name: "to another port of one", to: "10.96.0.1:53", from: "10.244.0.2:53", isStale: true),
        Case(name: "never translated", to: "10.96.0.1:53", from: "10.96.0.1:53", isStale: true),
        Case(name: "to another Service", to: "10.96.0.2:53", from: "10.244.0.9:5353", isStale: false),
        Case(name: "to another port", to: "10.96.0.1:54", from: "10.244.0.9:5353", isStale: false),
        Case(name: "by node port, serving", to: "192.168.0.1:30053", from: "10.244.0.2:5353", isStale: false),
        Case(name: "by node port, gone", to: "192.168.0.1:30053", from: "10.244.0.9:5353", isStale: true),
        Case(name: "TCP is left", to: "10.96.0.1:53", from: "10.244.0.9:5353", transport: .tcp, isStale: false),
        Case(name: "a Service without endpoints", to: "10.96.0.3:53", from: "10.244.0.9:5353", isStale: false),
        Case(name: "a terminating endpoint serves", to: "10.96.0.1:53", from: "10.244.0.3:5353", isStale: false),
    ]

    @Test(arguments: cases)
    func flowsToEndpointsThatAreNoneAreStale(scenario: Case) throws {
        var planner = ServicePlanner(node: ClusterFixture.node(.ipv4))
        let port = ClusterFixture.port("dns", 53, nodePort: 30053, transport: "UDP")
        planner.upsert(ClusterFixture.service("dns", clusterIPs: ["10.96.0.1"], ports: [port], type: "NodePort"))
        planner.upsert(
            ClusterFixture.slice(
                "dns-1",
                of: "dns",
                [ClusterFixture.port("dns", 5353, transport: "UDP")],
                [.init("10.244.0.2"), .init("10.244.0.3", ready: false, terminating: true)]
            )
        )
        let other = ClusterFixture.port("dns", 53, transport: "UDP")
        planner.upsert(ClusterFixture.service("none", clusterIPs: ["10.96.0.3"], ports: [other]))
        let stale = StaleFlows(planner.specs(.ipv4))
        let client = try #require(IPEndpoint("10.244.0.50:4000"))
        let flow = Flow(
            original: FlowTuple(scenario.transport, from: client, to: try #require(IPEndpoint(scenario.to))),
            reply: FlowTuple(scenario.transport, from: try #require(IPEndpoint(scenario.from)), to: client)
        )
        #expect(stale.contains(flow) == scenario.isStale)
    }
}
