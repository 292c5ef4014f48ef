public import JSONTree
public import NetworkTypes

/// The API objects that a throwaway cluster registers, as a kubelet and a user would write them.
public enum ClusterObjects {
    /// A Node with its InternalIP; the store gives it its pod CIDR.
    public static func node(_ name: String, address: IPAddress) -> JSONValue {
        .object([
            "apiVersion": "v1", "kind": "Node",
            "metadata": .object(["name": .string(name), "labels": .object(["kubernetes.io/hostname": .string(name)])]),
            "status": .object([
                "addresses": .array([.object(["type": "InternalIP", "address": .string("\(address)")])]),
                "conditions": .array([.object(["type": "Ready", "status": "True"])]),
            ]),
        ])
    }

    /// A Pod bound to a node; its status follows once its network is there.
    public static func pod(_ name: String, node: String, labels: [String: String]) -> JSONValue {
        .object([
            "apiVersion": "v1", "kind": "Pod",
            "metadata": .object(["name": .string(name), "labels": strings(labels)]),
            "spec": .object([
                "nodeName": .string(node),
                "containers": .array([
                    .object([
                        "name": "server", "image": "weft.dev/name-server",
                        "ports": .array([.object(["name": "web", "containerPort": 8080])]),
                    ])
                ]),
            ]),
        ])
    }

    /// The status of a pod that runs at an address.
    public static func runningStatus(address: IPAddress, hostAddress: IPAddress) -> JSONValue {
        .object([
            "phase": "Running", "podIP": .string("\(address)"), "hostIP": .string("\(hostAddress)"),
            "podIPs": .array([.object(["ip": .string("\(address)")])]),
            "conditions": .array([.object(["type": "Ready", "status": "True"])]),
        ])
    }

    /// A Service for pods with these labels: TCP and UDP port 80 to their port 8080.
    public static func service(_ name: String, type: String = "ClusterIP", selector: [String: String]) -> JSONValue {
        let ports: [JSONValue] = ["TCP", "UDP"].map { transport in
            .object([
                "name": .string("web-\(transport.lowercased())"), "protocol": .string(transport), "port": 80,
                "targetPort": 8080,
            ])
        }
        return .object([
            "apiVersion": "v1", "kind": "Service", "metadata": .object(["name": .string(name)]),
            "spec": .object(["type": .string(type), "selector": strings(selector), "ports": .array(ports)]),
        ])
    }

    private static func strings(_ values: [String: String]) -> JSONValue {
        var object = JSONObject()
        for (key, value) in values.sorted(by: { $0.key < $1.key }) { object[key] = .string(value) }
        return .object(object)
    }
}
