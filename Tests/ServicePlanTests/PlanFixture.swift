import ClusterModel
import JSONTree
import NetworkTypes
import ServicePlan

/// Objects for tests, made through their JSON as a store would send them.
enum PlanFixture {
    static func service(_ name: String = "web", spec: JSONObject, labels: JSONObject = [:], status: JSONValue = [:])
        -> Service
    {
        Service(
            unchecked: .object([
                "metadata": .object(["namespace": "default", "name": .string(name), "labels": .object(labels)]),
                "spec": .object(spec), "status": status,
            ])
        )
    }

    /// A Service with one TCP port 80 named http.
    static func simple(_ clusterIPs: [String]) -> Service { simple("web", clusterIPs) }

    /// A Service with one TCP port 80 named http, or with what `more` says.
    static func simple(_ name: String, _ clusterIPs: [String], _ more: JSONObject = [:]) -> Service {
        var spec: JSONObject = [
            "type": "ClusterIP", "clusterIPs": .array(clusterIPs.map { .string($0) }),
            "ports": [["name": "http", "port": 80, "protocol": "TCP"]],
        ]
        for (key, value) in more { spec[key] = value }
        return service(name, spec: spec)
    }

    static func slice(
        _ name: String,
        of service: String = "web",
        type: String = "IPv4",
        port: Int = 8080,
        transport: String = "TCP",
        portName: String = "http",
        _ endpoints: [JSONValue]
    ) -> EndpointSlice {
        EndpointSlice(
            unchecked: [
                "metadata": [
                    "namespace": "default", "name": .string(name),
                    "labels": ["kubernetes.io/service-name": .string(service)],
                ],
                "addressType": .string(type),
                "ports": [
                    ["name": .string(portName), "port": .integer(Int64(port)), "protocol": .string(transport)]
                ],
                "endpoints": .array(endpoints),
            ])
    }

    static func endpoint(
        _ address: String,
        node: String = "n1",
        ready: Bool? = nil,
        serving: Bool? = nil,
        terminating: Bool? = nil
    ) -> JSONValue {
        var conditions: JSONObject = [:]
        if let ready { conditions["ready"] = .bool(ready) }
        if let serving { conditions["serving"] = .bool(serving) }
        if let terminating { conditions["terminating"] = .bool(terminating) }
        return ["addresses": [.string(address)], "nodeName": .string(node), "conditions": .object(conditions)]
    }

    static func planner(detector: LocalDetector = .none, addresses: [String] = [], masqueradeAll: Bool = false)
        -> ServicePlanner
    {
        ServicePlanner(
            node: NodeContext(
                name: "n1",
                addresses: addresses.compactMap { IPAddress($0) },
                localDetector: detector,
                masqueradeAll: masqueradeAll
            )
        )
    }

    static func key(_ name: String) -> ObjectKey { ObjectKey(namespace: "default", name: name) }
}
