import ClusterModel
import JSONTree
import NetworkTypes
import ServicePlan
import ServiceProxy
import Testing

@testable import ServiceExplain

/// Explanations of a small cluster, from the plan alone.
struct ServiceExplainerTests {
    private static let localPolicy: JSONObject = [
        "type": "LoadBalancer", "externalTrafficPolicy": "Local", "loadBalancerSourceRanges": ["192.0.2.0/24"],
        "status": ["loadBalancer": ["ingress": [["ip": "203.0.113.9"]]]],
    ]

    private static func service(_ name: String, _ clusterIP: String, _ more: JSONObject = [:]) -> Service {
        var spec: JSONObject = [
            "type": "NodePort", "clusterIPs": [.string(clusterIP)],
            "ports": [["name": "http", "port": 80, "protocol": "TCP", "nodePort": 30080]],
        ]
        for (key, value) in more where key != "status" && key != "labels" { spec[key] = value }
        return Service(
            unchecked: [
                "metadata": ["namespace": "default", "name": .string(name), "labels": more["labels"] ?? [:]],
                "spec": .object(spec), "status": more["status"] ?? [:],
            ])
    }

    private static func slice(_ service: String, _ pods: [(last: Int, node: String, isReady: Bool)]) -> EndpointSlice {
        EndpointSlice(
            unchecked: [
                "metadata": [
                    "namespace": "default", "name": .string("\(service)-1"),
                    "labels": ["kubernetes.io/service-name": .string(service)],
                ],
                "addressType": "IPv4", "ports": [["name": "http", "port": 8080, "protocol": "TCP"]],
                "endpoints": .array(
                    pods.map { pod in
                        [
                            "addresses": [.string("10.244.0.\(pod.last)")], "nodeName": .string(pod.node),
                            "conditions": ["ready": .bool(pod.isReady)],
                        ]
                    }
                ),
            ])
    }

    private static func explainer(_ services: [Service], _ slices: [EndpointSlice]) throws -> ServiceExplainer {
        let node = NodeContext(
            name: "n1",
            addresses: [try #require(IPAddress("198.51.100.1"))],
            localDetector: .sourcePrefixes([try #require(IPPrefix("10.244.0.0/16"))])
        )
        var planner = ServicePlanner(node: node)
        for service in services { planner.upsert(service) }
        for slice in slices { planner.upsert(slice) }
        _ = planner.takeDirty()
        return ServiceExplainer(planner)
    }

    private static func endpoint(_ text: String) throws -> IPEndpoint { try #require(IPEndpoint(text)) }

    @Test func endpointsComeWithTheirProbability() throws {
        let web = Self.service("web", "10.96.0.1")
        let pods = [(last: 2, node: "n1", isReady: true), (3, "n2", true), (4, "n2", true), (5, "n2", false)]
        let explanation = try Self.explainer([web], [Self.slice("web", pods)]).explain(web)
        let port = try #require(explanation.ports.first)
        #expect(explanation.ports.count == 1 && explanation.remarks.isEmpty)
        #expect(port.endpoints.ready == 3 && port.endpoints.unusable == 1 && port.endpoints.localReady == 1)
        #expect(port.frontends.map(\.frontend.kind) == [.clusterIP, .nodePort])
        for frontend in port.frontends {
            for client in frontend.clients {
                #expect(client.chances.count == 3)
                let sum = client.chances.reduce(0) { $0 + $1.probability }
                #expect(abs(sum - 1) < 1e-9)
            }
        }
        #expect(
            port.frontends[0].clients.map(\.verdict) == [
                .forward(.cluster, masquerade: false), .forward(.cluster, masquerade: true),
                .forward(.cluster, masquerade: true),
            ]
        )
        #expect(explanation.text.contains("10.244.0.2:8080  33.3 %  on this node"))
        #expect(explanation.text.contains("3 ready (1 on this node), 1 not usable"))
    }

    @Test func policyLocalIsToldByPosition() throws {
        let web = Self.service("web", "10.96.0.1", Self.localPolicy)
        let pods = [(last: 3, node: "n2", isReady: true)]
        let explanation = try Self.explainer([web], [Self.slice("web", pods)]).explain(web)
        let virtual = try #require(explanation.ports.first?.frontends.first { $0.frontend.kind == .loadBalancer })
        #expect(
            virtual.clients.map(\.verdict) == [
                .forward(.cluster, masquerade: false), .forward(.cluster, masquerade: true), .drop,
            ]
        )
        #expect(virtual.clients[2].reason == "externalTrafficPolicy is Local, and no endpoint on this node is ready")
        #expect(explanation.text.contains("only from 192.0.2.0/24; others: DROP"))
    }

    @Test func whyThereAreNoRules() throws {
        let cases: [(JSONObject, String)] = [
            (["labels": ["service.kubernetes.io/service-proxy-name": "x"]], "leaves it to another proxy"),
            (["type": "ExternalName"], "ExternalName"), (["clusterIPs": ["None"], "clusterIP": "None"], "headless"),
            (["ports": []], "no ports"),
        ]
        for (more, words) in cases {
            let web = Self.service("web", "10.96.0.1", more)
            let explanation = try Self.explainer([web], []).explain(web)
            #expect(explanation.ports.isEmpty)
            #expect(explanation.text.contains(words), "\(explanation.text)")
        }
    }

    @Test func rejectedForWantOfReadyEndpoints() throws {
        let web = Self.service("web", "10.96.0.1")
        let none = try Self.explainer([web], []).explain(web)
        #expect(none.text.contains("everybody: REJECT (the port has no endpoint)"))
        let unready = try Self.explainer([web], [Self.slice("web", [(last: 2, node: "n1", isReady: false)])])
        #expect(unready.explain(web).text.contains("REJECT (none of the port's 1 endpoints is ready)"))
    }

    @Test func aDestinationIsFoundByAddressNodePortOrNotAtAll() throws {
        let pods = [(last: 2, node: "n1", isReady: true), (3, "n2", true)]
        let explainer = try Self.explainer([Self.service("web", "10.96.0.1")], [Self.slice("web", pods)])
        func match(_ text: String, _ transport: TransportProtocol = .tcp) throws -> String {
            let destination = try Self.endpoint(text)
            switch explainer.explain(destination, transport).match {
            case .frontend(let port): return "\(port.identity) \(port.frontends.map(\.frontend.kind.name))"
            case .unknownPort(let services): return "unknown port of \(services.map(\.description))"
            case .nothing: return "nothing"
            }
        }
        #expect(try match("10.96.0.1:80") == "default/web:http [\"ClusterIP\"]")
        #expect(try match("198.51.100.1:30080") == "default/web:http [\"NodePort\"]")
        #expect(try match("198.51.100.2:30080") == "nothing")
        #expect(try match("10.96.0.1:81") == "unknown port of [\"default/web\"]")
        #expect(try match("10.96.0.1:80", .udp) == "unknown port of [\"default/web\"]")
        #expect(try match("10.244.0.2:8080") == "nothing")
    }

    @Test func aClientIsPlacedByItsAddressAndByTheRanges() throws {
        let web = Self.service("web", "10.96.0.1", Self.localPolicy)
        let pods = [(last: 2, node: "n1", isReady: true), (3, "n2", true)]
        let explainer = try Self.explainer([web], [Self.slice("web", pods)])
        func explain(_ source: String) throws -> DestinationExplanation {
            let address = try #require(IPAddress(source))
            return explainer.explain(try Self.endpoint("203.0.113.9:80"), .tcp, from: address)
        }
        let pod = try explain("10.244.0.9")
        #expect(pod.position == .localPod && pod.isShutOut == true)
        #expect(pod.text.contains("DROP: loadBalancerSourceRanges do not let 10.244.0.9 in"))
        #expect(try explain("198.51.100.1").position == .node)
        let guest = try explain("192.0.2.7")
        #expect(guest.position == .outside && guest.isShutOut == false)
        guard case .frontend(let port) = guest.match else {
            Issue.record("\(guest)")
            return
        }
        #expect(port.frontends.first?.clients.map(\.position) == [.outside])
        #expect(
            port.frontends.first?.clients.first?.chances.map(\.endpoint.endpoint.description) == ["10.244.0.2:8080"]
        )
    }

    @Test func jsonSaysTheSame() throws {
        let web = Self.service("web", "10.96.0.1", ["sessionAffinity": "ClientIP"])
        let pods = [(last: 2, node: "n1", isReady: true)]
        let explainer = try Self.explainer([web], [Self.slice("web", pods)])
        let json = try JSONValue(parsing: "\(explainer.explain(web).json)")
        let port = try #require(json["ports"]?[0])
        #expect(port["affinitySeconds"]?.intValue == 10_800)
        let client = try #require(port["frontends"]?[0]?["clients"]?[0])
        #expect(client["verdict"]?.stringValue == "forward")
        #expect(client["endpoints"]?[0]?["probability"]?.doubleValue == 1)
        let destination = explainer.explain(try Self.endpoint("10.96.0.1:81"), .tcp).json
        #expect(destination["match"]?.stringValue == "unknownPort")
        #expect(destination["verdict"]?.stringValue == "reject")
    }
}
