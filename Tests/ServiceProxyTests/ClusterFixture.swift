import ClusterModel
import JSONTree
import NetworkTypes
import ServicePlan

/// Objects for tests, made through their JSON as a store would send them.
enum ClusterFixture {
    static func service(
        _ name: String,
        clusterIPs: [String],
        ports: [JSONValue],
        type: String = "ClusterIP",
        _ more: JSONObject = [:]
    ) -> Service {
        var spec: JSONObject = [
            "type": .string(type), "clusterIP": .string(clusterIPs.first ?? ""),
            "clusterIPs": .array(clusterIPs.map { .string($0) }), "ports": .array(ports),
        ]
        for (key, value) in more where key != "status" { spec[key] = value }
        return Service(
            unchecked: .object([
                "metadata": ["namespace": "default", "name": .string(name)], "spec": .object(spec),
                "status": more["status"] ?? [:],
            ])
        )
    }

    static func port(_ name: String, _ port: Int, nodePort: Int? = nil, transport: String = "TCP") -> JSONValue {
        var json: JSONObject = [
            "name": .string(name), "port": .integer(Int64(port)), "protocol": .string(transport),
        ]
        if let nodePort { json["nodePort"] = .integer(Int64(nodePort)) }
        return .object(json)
    }

    struct Endpoint {
        var address: String
        var node = "n1"
        var ready = true
        var serving: Bool?
        var terminating = false

        init(
            _ address: String,
            node: String = "n1",
            ready: Bool = true,
            serving: Bool? = nil,
            terminating: Bool = false
        ) {
            self.address = address
            self.node = node
            self.ready = ready
            self.serving = serving
            self.terminating = terminating
        }
    }

    static func slice(
        _ name: String,
        of service: String,
        _ ports: [JSONValue],
        _ endpoints: [Endpoint],
        isIPv6: Bool? = nil
    ) -> EndpointSlice {
        let isIPv6 = isIPv6 ?? endpoints.first?.address.contains(":") ?? false
        let listed: [JSONValue] = endpoints.map { endpoint in
            [
                "addresses": [.string(endpoint.address)], "nodeName": .string(endpoint.node),
                "conditions": [
                    "ready": .bool(endpoint.ready), "serving": .bool(endpoint.serving ?? true),
                    "terminating": .bool(endpoint.terminating),
                ],
            ]
        }
        return EndpointSlice(
            unchecked: [
                "metadata": [
                    "namespace": "default", "name": .string(name),
                    "labels": ["kubernetes.io/service-name": .string(service)],
                ],
                "addressType": .string(isIPv6 ? "IPv6" : "IPv4"), "ports": .array(ports),
                "endpoints": .array(listed),
            ])
    }

    /// A small cluster: a web Service with node port in both families, a DNS one over UDP with one endpoint, one
    /// without endpoints, one with external policy Local behind a load balancer, one with affinity.
    static func smallCluster(_ family: IPFamily) -> ServicePlanner {
        let four = family == .ipv4
        func clusterIP(_ last: Int) -> String { four ? "10.96.0.\(last)" : "fd96::\(last)" }
        func pod(_ last: Int) -> String { four ? "10.244.0.\(last)" : "fd44::\(last)" }
        var planner = ServicePlanner(node: node(family))
        let http = port("http", 8080)
        planner.upsert(
            service("web", clusterIPs: [clusterIP(1)], ports: [port("http", 80, nodePort: 30080)], type: "NodePort")
        )
        planner.upsert(slice("web-1", of: "web", [http], [Endpoint(pod(2)), Endpoint(pod(3), node: "n2")]))
        planner.upsert(service("dns", clusterIPs: [clusterIP(10)], ports: [port("dns", 53, transport: "UDP")]))
        planner.upsert(
            slice("dns-1", of: "dns", [port("dns", 5353, transport: "UDP")], [Endpoint(pod(4), node: "n2")])
        )
        planner.upsert(service("empty", clusterIPs: [clusterIP(11)], ports: [port("", 80)]))
        planner.upsert(
            service(
                "local",
                clusterIPs: [clusterIP(12)],
                ports: [port("http", 80)],
                type: "LoadBalancer",
                [
                    "externalTrafficPolicy": "Local",
                    "status": ["loadBalancer": ["ingress": [["ip": .string(four ? "203.0.113.9" : "2001:db8::9")]]]],
                    "loadBalancerSourceRanges": [.string(four ? "192.0.2.0/30" : "2001:db8:1::/64")],
                ]
            )
        )
        planner.upsert(slice("local-1", of: "local", [http], [Endpoint(pod(2)), Endpoint(pod(3), node: "n2")]))
        planner.upsert(
            service(
                "sticky",
                clusterIPs: [clusterIP(13)],
                ports: [port("http", 80)],
                [
                    "sessionAffinity": "ClientIP", "sessionAffinityConfig": ["clientIP": ["timeoutSeconds": 10]],
                ]
            )
        )
        planner.upsert(slice("sticky-1", of: "sticky", [http], [Endpoint(pod(2)), Endpoint(pod(3), node: "n2")]))
        return planner
    }

    static func node(_ family: IPFamily) -> NodeContext {
        let ranges = ["10.244.0.0/16", "fd44::/48"].compactMap { IPPrefix($0) }
        let addresses = ["192.168.0.1", "2001:db8::1"].compactMap { IPAddress($0) }
        return NodeContext(
            name: "n1",
            zone: nil,
            addresses: addresses,
            localDetector: .sourcePrefixes(ranges),
            masqueradeAll: false
        )
    }
}
