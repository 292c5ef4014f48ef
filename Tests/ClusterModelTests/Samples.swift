import ClusterModel
import JSONTree
import NetworkTypes

/// One valid object of each kind, with members that Weft knows nothing of, and shortcuts to the rules.
enum Samples {
    static let stamp = ObjectRules.CreationStamp(
        time: Timestamp(seconds: 1_700_000_000),
        uid: "9c1d2f2e-0000-4000-8000-000000000001",
        nameSuffix: "x7k2z"
    )

    static let service: JSONValue = [
        "kind": "Service", "apiVersion": "v1",
        "metadata": ["name": "web", "namespace": "shop", "labels": ["app": "web"], "annotations": ["a/b": "c"]],
        "spec": [
            "selector": ["app": "web"], "ports": [["name": "http", "port": 80, "targetPort": "web", "newField": true]],
            "newField": ["x": 1.5],
        ],
        "newTop": "kept",
    ]
    static let endpointSlice: JSONValue = [
        "kind": "EndpointSlice", "apiVersion": "discovery.k8s.io/v1",
        "metadata": ["name": "web-1", "namespace": "shop", "labels": ["kubernetes.io/service-name": "web"]],
        "addressType": "IPv4",
        "endpoints": [
            [
                "addresses": ["10.244.1.5"], "conditions": ["ready": true, "serving": true, "terminating": false],
                "nodeName": "node-1", "zone": "a", "hints": ["forZones": [["name": "a"]]],
                "targetRef": ["kind": "Pod", "namespace": "shop", "name": "web-5", "uid": "u5"], "newField": 1,
            ],
            ["addresses": ["10.244.2.6"]],
        ],
        "ports": [["name": "http", "protocol": "TCP", "port": 8080]],
    ]
    static let networkPolicy: JSONValue = [
        "kind": "NetworkPolicy", "apiVersion": "networking.k8s.io/v1",
        "metadata": ["name": "db", "namespace": "shop"],
        "spec": [
            "podSelector": ["matchLabels": ["app": "db"]],
            "ingress": [
                [
                    "from": [
                        [
                            "podSelector": ["matchExpressions": [["key": "app", "operator": "In", "values": ["web"]]]],
                            "namespaceSelector": [:],
                        ],
                        ["ipBlock": ["cidr": "10.0.0.0/8", "except": ["10.1.0.0/16"]]],
                    ],
                    "ports": [["port": 5432, "endPort": 5440], ["port": "db"]],
                ]
            ],
            "newField": "kept",
        ],
    ]
    static let node: JSONValue = [
        "kind": "Node", "apiVersion": "v1", "metadata": ["name": "node-1", "labels": [.zone: "a"]],
        "spec": ["podCIDRs": ["10.244.1.0/24"], "newField": 1],
        "status": [
            "addresses": [["type": "InternalIP", "address": "192.0.2.1"]],
            "conditions": [["type": "Ready", "status": "True"]], "newField": true,
        ],
    ]
    static let pod: JSONValue = [
        "kind": "Pod", "apiVersion": "v1", "metadata": ["name": "web-5", "namespace": "shop"],
        "spec": [
            "nodeName": "node-1",
            "containers": [
                ["name": "web", "image": "web:1", "ports": [["name": "web", "containerPort": 8080]], "newField": 1]
            ],
        ],
    ]
    static let namespace: JSONValue = [
        "kind": "Namespace", "apiVersion": "v1", "metadata": ["name": "shop", "newField": 1],
    ]
    static let lease: JSONValue = [
        "kind": "Lease", "apiVersion": "coordination.k8s.io/v1",
        "metadata": ["name": "node-1", "namespace": "kube-node-lease"],
        "spec": [
            "holderIdentity": "node-1", "leaseDurationSeconds": 40, "renewTime": "2026-11-21T09:30:00.123456Z",
            "newField": 1,
        ],
    ]
    static let event: JSONValue = [
        "kind": "Event", "apiVersion": "v1", "metadata": ["name": "web.1", "namespace": "shop"],
        "involvedObject": ["kind": "Service", "namespace": "shop", "name": "web"], "reason": "Failed",
        "message": "no endpoints", "type": "Warning", "count": 1, "newField": 1,
    ]

    static let all: [(ResourceKind, JSONValue)] = [
        (.service, service), (.endpointSlice, endpointSlice), (.networkPolicy, networkPolicy), (.node, node),
        (.pod, pod), (.namespace, namespace), (.lease, lease), (.event, event),
    ]

    static func rules(_ kind: ResourceKind, _ families: [IPFamily] = [.ipv4]) -> ObjectRules {
        ObjectRules(kind, cluster: ObjectRules.Cluster(serviceFamilies: families))
    }

    static func create(
        _ kind: ResourceKind,
        _ json: JSONValue,
        families: [IPFamily] = [.ipv4]
    ) throws(StatusObject) -> JSONValue {
        try rules(kind, families).prepareForCreate(
            json,
            namespace: json[path: "metadata", "namespace"]?.stringValue,
            stamp: stamp
        )
    }

    /// The fields' errors of an attempt, in their order; empty when it succeeds.
    static func problems(_ attempt: () throws(StatusObject) -> JSONValue) -> [String] {
        do throws(StatusObject) {
            _ = try attempt()
            return []
        } catch {
            guard error.code == 422 else { return ["\(error.code) \(error.message)"] }
            return error.causes.map { "\($0.field): \($0.message)" }
        }
    }
}

extension String {
    static let zone = "topology.kubernetes.io/zone"
}

extension JSONValue {
    /// The value with a JSON merge patch, given as text.
    func with(_ patch: String) throws -> JSONValue { mergePatched(try JSONValue(parsing: patch)) }
}
