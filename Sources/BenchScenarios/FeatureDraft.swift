import JSONTree
import NetworkTypes

/// A pod, or what else serves.
struct FeatureEndpoint {
    private let addresses: [IPFamily: String]
    private let node: String?
    private var isReady = true
    private var isServing = true
    private var isTerminating = false

    init(_ ipv4: String, _ ipv6: String, on node: String?) {
        addresses = [.ipv4: ipv4, .ipv6: ipv6]
        self.node = node
    }

    /// It ends, and may still serve.
    func leaving(serves: Bool) -> FeatureEndpoint {
        var copy = self
        (copy.isReady, copy.isServing, copy.isTerminating) = (false, serves, true)
        return copy
    }

    /// It is not ready yet.
    var starting: FeatureEndpoint {
        var copy = self
        (copy.isReady, copy.isServing) = (false, false)
        return copy
    }

    func json(_ family: IPFamily) -> JSONValue {
        var json: JSONObject = [
            "addresses": [.string(addresses[family] ?? "")],
            "conditions": [
                "ready": .bool(isReady), "serving": .bool(isServing), "terminating": .bool(isTerminating),
            ],
        ]
        if let node { json["nodeName"] = .string(node) }
        return .object(json)
    }
}

/// One Service of a ``FeatureCluster``.
struct FeatureDraft {
    /// A port of it.
    struct Port {
        let name: String
        let number: Int
        let target: Int
        let transport: String
        let node: Int?

        init(_ name: String, _ number: Int, to target: Int = 8080, _ transport: String = "TCP", node: Int? = nil) {
            self.name = name
            self.number = number
            self.target = target
            self.transport = transport
            self.node = node
        }
    }

    private let name: String
    private let namespace: String
    private let ports: [Port]
    private let endpoints: [FeatureEndpoint]
    private let spec: JSONObject
    private let status: JSONValue

    init(
        _ name: String,
        _ number: Int,
        _ ports: [Port],
        _ endpoints: [FeatureEndpoint],
        _ more: JSONObject = [:],
        status: JSONValue = [:],
        namespace: String = FeatureCluster.namespace
    ) {
        self.name = name
        self.namespace = namespace
        self.ports = ports
        self.endpoints = endpoints
        self.status = status
        var spec: JSONObject = [
            "type": ports.contains { $0.node != nil } ? "NodePort" : "ClusterIP",
            "ports": .array(ports.map(Self.json)),
        ]
        if more["type"] != "ExternalName" {
            spec["clusterIP"] = .string("10.96.0.\(number)")
            spec["clusterIPs"] = [.string("10.96.0.\(number)"), .string("fd96::\(number)")]
            spec["ipFamilies"] = ["IPv4", "IPv6"]
            spec["ipFamilyPolicy"] = "RequireDualStack"
        }
        for (key, value) in more { spec[key] = value }
        self.spec = spec
    }

    private static func json(_ port: Port) -> JSONValue {
        var json: JSONObject = [
            "port": JSONValue(port.number), "targetPort": JSONValue(port.target), "protocol": .string(port.transport),
        ]
        if !port.name.isEmpty { json["name"] = .string(port.name) }
        if let node = port.node { json["nodePort"] = JSONValue(node) }
        return .object(json)
    }

    var object: FeatureCluster.Object {
        FeatureCluster.Object(
            namespace: namespace,
            name: name,
            service: [
                "apiVersion": "v1", "kind": "Service",
                "metadata": ["namespace": .string(namespace), "name": .string(name)], "spec": .object(spec),
                "status": status,
            ],
            slices: endpoints.isEmpty ? [] : IPFamily.allCases.map(slice)
        )
    }

    /// The slice as Kubernetes' controller makes it.
    private func slice(_ family: IPFamily) -> JSONValue {
        [
            "apiVersion": "discovery.k8s.io/v1", "kind": "EndpointSlice",
            "metadata": [
                "namespace": .string(namespace), "name": .string("\(name)-\(family == .ipv4 ? "ipv4" : "ipv6")"),
                "labels": ["kubernetes.io/service-name": .string(name)],
            ],
            "addressType": .string("\(family)"),
            "ports": .array(
                ports.map { port in
                    [
                        "name": .string(port.name), "port": JSONValue(port.target),
                        "protocol": .string(port.transport),
                    ]
                }
            ),
            "endpoints": .array(endpoints.map { $0.json(family) }),
        ]
    }
}
