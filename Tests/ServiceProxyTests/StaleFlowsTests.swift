import ClusterModel
import Conntrack
import JSONTree
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

    private static func flow(_ transport: TransportProtocol, _ to: String, _ from: String, isLed: Bool) throws -> Flow {
        let client = try #require(IPEndpoint("10.244.0.50:4000"))
        var flow = Flow(
            original: FlowTuple(transport, from: client, to: try #require(IPEndpoint(to))),
            reply: FlowTuple(transport, from: try #require(IPEndpoint(from)), to: client)
        )
        if isLed { flow.status.insert(.destinationTranslated) }
        return flow
    }

    private static func annotated(_ pods: [String]) -> ServicePlanner {
        var planner = ServicePlanner(node: ClusterFixture.node(.ipv4))
        for (name, last, annotation) in [("asks", 1, "true"), ("asksnot", 2, "false")] {
            let port = ClusterFixture.port("p", 80, nodePort: 30000 + last)
            var service = ClusterFixture.service(name, clusterIPs: ["10.96.0.\(last)"], ports: [port], type: "NodePort")
            service.json["metadata"]?["annotations"] = [
                "weft.dev/clean-tcp-connections": .string(annotation)
            ]
            planner.upsert(service)
            let slicePort = ClusterFixture.port("p", 8080)
            planner.upsert(ClusterFixture.slice("\(name)-1", of: name, [slicePort], pods.map { .init($0) }))
        }
        return planner
    }

    @Test func connectionsOfTCPGoOnlyWhereTheServiceAsksForIt() throws {
        let stale = StaleFlows(Self.annotated(["10.244.0.2"]).specs(.ipv4))
        let cases: [(String, String, isLed: Bool, isStale: Bool)] = [
            ("10.96.0.1:80", "10.244.0.2:8080", true, false), ("10.96.0.1:80", "10.244.0.9:8080", true, true),
            ("192.168.0.1:30001", "10.244.0.9:8080", true, true),
            // Somebody else's, through this node to another machine's port 30001.
            ("192.0.2.9:30001", "192.0.2.9:30001", false, false),
            ("10.96.0.2:80", "10.244.0.9:8080", true, false), ("192.168.0.1:30002", "10.244.0.9:8080", true, false),
        ]
        for (to, from, isLed, isStale) in cases {
            #expect(stale.contains(try Self.flow(.tcp, to, from, isLed: isLed)) == isStale, "\(to) \(from)")
        }
        #expect(!stale.contains(try Self.flow(.udp, "10.96.0.1:80", "10.244.0.9:8080", isLed: true)))
    }

    @Test func withoutAnyEndpointAllConnectionsOfTCPGoWhereItIsAskedFor() throws {
        let stale = StaleFlows(Self.annotated([]).specs(.ipv4))
        #expect(stale.contains(try Self.flow(.tcp, "10.96.0.1:80", "10.244.0.9:8080", isLed: true)))
        #expect(!stale.contains(try Self.flow(.tcp, "10.96.0.2:80", "10.244.0.9:8080", isLed: true)))
    }

    @Test func theKernelIsAskedForFewPortsAndForAllOtherwise() {
        var planner = ServicePlanner(node: ClusterFixture.node(.ipv4))
        func filters(_ ports: ClosedRange<Int>) -> [FlowFilter] {
            let listed = ports.map { ClusterFixture.port("p\($0)", $0, transport: "UDP") }
            planner.upsert(ClusterFixture.service("dns", clusterIPs: ["10.96.0.1"], ports: listed))
            planner.upsert(ClusterFixture.slice("dns-1", of: "dns", listed, [.init("10.244.0.2")]))
            return StaleFlows(planner.specs(.ipv4)).filters(.ipv4)
        }
        let few = filters(53...54)
        #expect(few.map(\.originalDestinationPort) == [53, 54])
        #expect(few.allSatisfy { $0.family == .ipv4 && $0.protocolNumber == 17 })
        #expect(filters(1...10) == [FlowFilter(family: .ipv4, .udp)])
    }
}
