import ClusterModel
import JSONTree
import NetworkTypes
import ServicePlan
import ServiceProxyTesting

/// A cluster in which everything of the iptables layout is used once, in both families.
enum KubeProxyCluster {
    /// A pod, or what else serves.
    struct Endpoint {
        var addresses: [IPFamily: String]
        var node: String?
        var isReady = true
        var isServing = true
        var isTerminating = false

        init(_ ipv4: String, _ ipv6: String, on node: String?) {
            addresses = [.ipv4: ipv4, .ipv6: ipv6]
            self.node = node
        }

        /// It ends, and may still serve.
        func leaving(serves: Bool) -> Endpoint {
            var copy = self
            (copy.isReady, copy.isServing, copy.isTerminating) = (false, serves, true)
            return copy
        }

        /// It is not ready yet.
        var starting: Endpoint {
            var copy = self
            (copy.isReady, copy.isServing) = (false, false)
            return copy
        }
    }

    /// The node of the test is n1.
    static let here = Endpoint("10.244.0.2", "fd44::2", on: "n1")
    static let hereToo = Endpoint("10.244.0.3", "fd44::3", on: "n1")
    static let there = Endpoint("10.244.1.3", "fd44:0:0:1::3", on: "n2")
    /// Behind ``there`` by number, before it by text.
    static let thereToo = Endpoint("10.244.1.10", "fd44:0:0:1::10", on: "n2")
    static let server = Endpoint("198.51.100.10", "2001:db8:1::10", on: nil)

    static func planner() -> ServicePlanner {
        var planner = ServicePlanner(node: ServiceProxyObjects.node())
        for part in parts {
            planner.upsert(Service(unchecked: part.service))
            for family in IPFamily.allCases where !part.endpoints.isEmpty {
                planner.upsert(EndpointSlice(unchecked: part.slice(family)))
            }
        }
        return planner
    }

    /// A public address by its number, of both families.
    private static func outside(_ number: Int) -> [JSONValue] {
        [.string("203.0.113.\(number)"), .string("2001:db8:9::\(number)")]
    }

    /// A load balancer's status of such addresses.
    private static func ingress(_ numbers: (number: Int, mode: String?)...) -> JSONValue {
        let entries = numbers.flatMap { number, mode in
            outside(number).map { address in
                var entry: JSONObject = ["ip": address]
                if let mode { entry["ipMode"] = .string(mode) }
                return JSONValue.object(entry)
            }
        }
        return ["loadBalancer": ["ingress": .array([["hostname": "lb.example"]] + entries)]]
    }

    /// The node's own network, and another one.
    private static let home: [JSONValue] = ["198.51.100.0/24", "2001:db8:1::/64"]
    private static let other: [JSONValue] = ["192.0.2.0/24", "2001:db8:0:5::/64"]

    private static let parts: [Part] = [
        Part("kubernetes", 1, [Part.port("https", 443, to: 6443)], [server], namespace: "default"),
        Part(
            "web",
            2,
            [Part.port("http", 80, node: 30080)],
            [
                here, there, thereToo, hereToo.leaving(serves: true),
                Endpoint("10.244.0.4", "fd44::4", on: "n1").starting,
            ]
        ),
        Part("dns", 3, [Part.port("dns", 53, to: 5353, "UDP"), Part.port("dns-tcp", 53, to: 5353)], [here, there]),
        Part("signal", 4, [Part.port("", 3868, to: 3868, "SCTP", node: 30868)], [there]),
        Part(
            "sticky",
            5,
            [Part.port("http", 80, node: 30081)],
            [here, there],
            ["sessionAffinity": "ClientIP", "sessionAffinityConfig": ["clientIP": ["timeoutSeconds": 600]]]
        ),
        Part(
            "gateway",
            6,
            [Part.port("http", 80, node: 30082)],
            [here, there],
            [
                "type": "LoadBalancer", "externalIPs": .array(outside(99) + outside(98)),
                "loadBalancerSourceRanges": .array(home + other),
            ],
            status: ingress((10, "VIP"), (11, "Proxy"))
        ),
        Part(
            "edge",
            7,
            [Part.port("http", 80, node: 30083), Part.port("https", 443, to: 8443, node: 30084)],
            [here, there],
            ["type": "LoadBalancer", "externalTrafficPolicy": "Local", "healthCheckNodePort": 31000],
            status: ingress((20, nil))
        ),
        Part(
            "away",
            8,
            [Part.port("http", 80, node: 30085)],
            [there, thereToo],
            [
                "type": "LoadBalancer", "externalTrafficPolicy": "Local", "healthCheckNodePort": 31001,
                "externalIPs": .array(outside(77)),
            ],
            status: ingress((21, nil))
        ),
        Part("near", 9, [Part.port("http", 80)], [here, there], ["internalTrafficPolicy": "Local"]),
        Part("far", 10, [Part.port("http", 80, node: 30086)], [there], ["internalTrafficPolicy": "Local"]),
        Part(
            "both",
            11,
            [Part.port("http", 80, node: 30087)],
            [here, there],
            ["internalTrafficPolicy": "Local", "externalTrafficPolicy": "Local"]
        ),
        Part(
            "empty",
            12,
            [Part.port("http", 80, node: 30088)],
            [],
            [
                "type": "LoadBalancer", "externalIPs": .array(outside(78)),
                "loadBalancerSourceRanges": .array(other),
            ],
            status: ingress((22, nil))
        ),
        Part("leaving", 13, [Part.port("http", 80)], [here.leaving(serves: true), there.leaving(serves: false)]),
        Part(
            "loyal",
            14,
            [Part.port("http", 80, node: 30089)],
            [here, hereToo, there],
            [
                "type": "LoadBalancer", "externalTrafficPolicy": "Local", "healthCheckNodePort": 31002,
                "sessionAffinity": "ClientIP",
            ],
            status: ingress((23, nil))
        ),
        // What has no rules at all.
        Part("headless", 0, [Part.port("http", 80)], [here], ["clusterIP": "None", "clusterIPs": ["None"]]),
        Part(
            "elsewhere",
            15,
            [Part.port("http", 80)],
            [here],
            ["type": "ExternalName", "externalName": "web.example"]
        ),
    ]
}

extension KubeProxyCluster {
    /// A Service with its endpoints.
    struct Part {
        let service: JSONValue
        let endpoints: [Endpoint]
        private let name: String
        private let namespace: String
        private let ports: [JSONObject]

        init(
            _ name: String,
            _ number: Int,
            _ ports: [JSONObject],
            _ endpoints: [Endpoint],
            _ more: JSONObject = [:],
            status: JSONValue = [:],
            namespace: String = "shop"
        ) {
            self.name = name
            self.namespace = namespace
            self.endpoints = endpoints
            self.ports = ports
            let hasNodePorts = ports.contains { $0["nodePort"] != nil }
            var spec: JSONObject = [
                "type": hasNodePorts ? "NodePort" : "ClusterIP", "clusterIP": .string("10.96.0.\(number)"),
                "clusterIPs": [.string("10.96.0.\(number)"), .string("fd96::\(number)")],
                "ports": .array(ports.map { .object($0) }),
            ]
            for (key, value) in more { spec[key] = value }
            service = [
                "metadata": ["namespace": .string(namespace), "name": .string(name)], "spec": .object(spec),
                "status": status,
            ]
        }

        static func port(
            _ name: String,
            _ port: Int,
            to target: Int = 8080,
            _ transport: String = "TCP",
            node: Int? = nil
        ) -> JSONObject {
            var json: JSONObject = [
                "port": JSONValue(port), "targetPort": JSONValue(target), "protocol": .string(transport),
            ]
            if !name.isEmpty { json["name"] = .string(name) }
            if let node { json["nodePort"] = JSONValue(node) }
            return json
        }

        /// The slice as Kubernetes' controller makes it.
        func slice(_ family: IPFamily) -> JSONValue {
            let entries: [JSONValue] = endpoints.map { endpoint in
                var json: JSONObject = [
                    "addresses": [.string(endpoint.addresses[family] ?? "")],
                    "conditions": [
                        "ready": .bool(endpoint.isReady), "serving": .bool(endpoint.isServing),
                        "terminating": .bool(endpoint.isTerminating),
                    ],
                ]
                if let node = endpoint.node { json["nodeName"] = .string(node) }
                return .object(json)
            }
            return [
                "metadata": [
                    "namespace": .string(namespace), "name": .string("\(name)-\(family)"),
                    "labels": ["kubernetes.io/service-name": .string(name)],
                ],
                "addressType": .string("\(family)"),
                "ports": .array(
                    ports.map { port in
                        [
                            "name": port["name"] ?? "", "port": port["targetPort"] ?? 0,
                            "protocol": port["protocol"] ?? "TCP",
                        ]
                    }
                ),
                "endpoints": .array(entries),
            ]
        }
    }
}
