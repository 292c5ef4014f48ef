import ClusterModel
import JSONTree
import NFTables
import NetworkTypes
import ServicePlan
import Testing

@testable import ServiceProxy

/// Objects that validation would refuse, as a store of another age may hold them: each bad part is named, and
/// everything else goes on.
struct BadInputTests {
    /// A bad object beside a good Service: what is wrong with it, in the problem's words.
    struct Case: Sendable, CustomTestStringConvertible {
        var name: String
        var object: JSONValue
        var isSlice = false
        /// The fields that are named, in their order.
        var fields: [String]
        /// The frontends that remain of it.
        var remaining: [String] = []

        var testDescription: String { name }
    }

    private static func service(_ spec: JSONObject, status: JSONValue = [:]) -> JSONValue {
        var whole: JSONObject = [
            "type": "NodePort", "clusterIPs": ["10.96.0.9"],
            "ports": [["name": "p", "port": 80, "protocol": "TCP"]],
        ]
        for (key, value) in spec { whole[key] = value }
        return ["metadata": ["namespace": "default", "name": "bad"], "spec": .object(whole), "status": status]
    }

    private static func slice(_ more: JSONObject) -> JSONValue {
        var whole: JSONObject = [
            "metadata": [
                "namespace": "default", "name": "bad-1", "labels": ["kubernetes.io/service-name": "bad"],
            ],
            "addressType": "IPv4", "ports": [["name": "p", "port": 8080, "protocol": "TCP"]],
            "endpoints": [["addresses": ["10.244.0.9"]]],
        ]
        for (key, value) in more { whole[key] = value }
        return .object(whole)
    }

    private static let clusterIP = "ClusterIP 10.96.0.9:80"

    static let cases: [Case] = [
        Case(
            name: "ClusterIP is no address",
            object: service(["clusterIPs": ["10.96.0.300"]]),
            fields: ["spec.clusterIPs[0]"]
        ),
        Case(name: "ClusterIP 0.0.0.0", object: service(["clusterIPs": ["0.0.0.0"]]), fields: ["spec.clusterIPs[0]"]),
        Case(
            name: "spec is a text",
            object: ["metadata": ["namespace": "default", "name": "bad"], "spec": "x"],
            fields: []
        ),
        Case(name: "ports is an object", object: service(["ports": ["a": "b"]]), fields: []),
        Case(
            name: "port 0",
            object: service(["ports": [["port": 0], ["name": "p", "port": 80]]]),
            fields: ["spec.ports[0].port"],
            remaining: [clusterIP]
        ),
        Case(name: "port 65536", object: service(["ports": [["port": 65536]]]), fields: ["spec.ports[0].port"]),
        Case(name: "port -1", object: service(["ports": [["port": -1]]]), fields: ["spec.ports[0].port"]),
        Case(
            name: "node port 70000",
            object: service(["ports": [["name": "p", "port": 80, "nodePort": 70000]]]),
            fields: ["spec.ports[0].nodePort"],
            remaining: [clusterIP]
        ),
        Case(
            name: "unknown protocol",
            object: service(["ports": [["port": 80, "protocol": "QUIC"]]]),
            fields: ["spec.ports[0].protocol"]
        ),
        Case(
            name: "unknown policies",
            object: service(["externalTrafficPolicy": "Sideways", "internalTrafficPolicy": 7]),
            fields: ["spec.externalTrafficPolicy", "spec.internalTrafficPolicy"],
            remaining: [clusterIP]
        ),
        Case(
            name: "unknown affinity",
            object: service(["sessionAffinity": "Cookie"]),
            fields: ["spec.sessionAffinity"],
            remaining: [clusterIP]
        ),
        Case(
            name: "affinity of 0 s",
            object: service([
                "sessionAffinity": "ClientIP", "sessionAffinityConfig": ["clientIP": ["timeoutSeconds": 0]],
            ]),
            fields: ["spec.sessionAffinityConfig.clientIP.timeoutSeconds"],
            remaining: [clusterIP]
        ),
        Case(name: "unknown type", object: service(["type": "Magic"]), fields: ["spec.type"], remaining: [clusterIP]),
        Case(
            name: "external IPs of all kinds",
            object: service(["externalIPs": ["127.0.0.1", "224.0.0.1", "169.254.1.1", "x", "198.18.0.1"]]),
            fields: ["spec.externalIPs[3]", "spec.externalIPs", "spec.externalIPs", "spec.externalIPs"],
            remaining: [clusterIP, "ExternalIP 198.18.0.1:80"]
        ),
        Case(
            name: "load balancer's address and mode",
            object: service(
                ["type": "LoadBalancer", "loadBalancerSourceRanges": ["10.0.0.0/33"]],
                status: [
                    "loadBalancer": ["ingress": [["ip": "nonsense"], ["ip": "203.0.113.1", "ipMode": "Odd"]]]
                ]
            ),
            fields: [
                "status.loadBalancer.ingress[1].ipMode", "status.loadBalancer.ingress[0]",
                "spec.loadBalancerSourceRanges[0]",
            ],
            remaining: [clusterIP]
        ),
        Case(
            name: "unknown address type",
            object: slice(["addressType": "IPX"]),
            isSlice: true,
            fields: ["addressType"]
        ),
        Case(
            name: "endpoints of all kinds",
            object: slice([
                "endpoints": [
                    ["addresses": []], ["addresses": ["x"]], ["addresses": ["fd44::1"]], ["addresses": ["127.0.0.1"]],
                    ["addresses": ["224.0.0.1"]], ["addresses": ["169.254.0.1"]], ["addresses": ["0.0.0.0"]], "text",
                    ["addresses": ["10.244.0.9"]],
                ]
            ]),
            isSlice: true,
            fields: (0..<8).map { "endpoints[\($0)].addresses[0]" }
        ),
        Case(
            name: "ports of a slice",
            object: slice(["ports": [["port": 70000], ["port": 80, "protocol": "QUIC"], ["port": 0]]]),
            isSlice: true,
            fields: ["ports[0].port", "ports[1].protocol"]
        ),
    ]

    @Test(arguments: cases)
    func whatIsBadIsNamedAndTheRestGoesOn(bad: Case) throws {
        var planner = ClusterFixture.smallCluster(.ipv4)
        let access = FakeTableAccess()
        let backend = NFTablesBackend(.ipv4, ProxyConfiguration(), access: access)
        _ = try backend.replaceAll(with: planner.specs(.ipv4), node: planner.node)
        _ = planner.takeDirty()
        let before = planner.specs(.ipv4)
        let problems =
            bad.isSlice
            ? planner.upsert(EndpointSlice(unchecked: bad.object)) : planner.upsert(Service(unchecked: bad.object))
        #expect(problems.map(\.field) == bad.fields)
        for problem in problems {
            #expect(problem.description.contains(bad.isSlice ? "EndpointSlice default/bad-1" : "Service default/bad"))
            #expect(!problem.description.contains("\n"))
        }
        _ = try backend.apply(planner.takeDirty().filter { $0.family == .ipv4 })
        let specs = planner.specs(.ipv4)
        #expect(specs.filter { $0.identity.service.name != "bad" } == before)
        let remaining = specs.filter { $0.identity.service.name == "bad" }.flatMap(\.frontends).map { frontend in
            "\(frontend.kind.name) \(frontend.address.map { "\($0)" } ?? ""):\(frontend.port)"
        }
        #expect(remaining == bad.remaining)
        // And a restart finds all as it should be.
        let restarted = NFTablesBackend(.ipv4, ProxyConfiguration(), access: access)
        #expect(try restarted.replaceAll(with: specs, node: planner.node).outcome == .unchanged)
    }

    /// The same endpoint in several slices, several times in one, and with a hundred thousand others.
    @Test func aHundredThousandEndpointsAreOneServiceLikeAnother() throws {
        var planner = ServicePlanner(node: ClusterFixture.node(.ipv4))
        let port = ClusterFixture.port("p", 80)
        planner.upsert(ClusterFixture.service("vast", clusterIPs: ["10.96.0.1"], ports: [port]))
        for slice in 0..<100 {
            let endpoints = (0..<1000).map { number in
                ClusterFixture.Endpoint("10.\(64 + slice).\(number / 250).\(number % 250 + 1)", node: "n2")
            }
            planner.upsert(
                ClusterFixture.slice(
                    "vast-\(slice)",
                    of: "vast",
                    [ClusterFixture.port("p", 8080)],
                    endpoints + endpoints.prefix(5)
                )
            )
        }
        let spec = try #require(planner.specs(.ipv4).first)
        #expect(spec.clusterEndpoints.count == 100_000)
        let backend = NFTablesBackend(.ipv4, ProxyConfiguration(), access: FakeTableAccess())
        let transaction = backend.replacement(with: [spec], node: planner.node)
        #expect(transaction.elementCount > 100_000)
    }
}
