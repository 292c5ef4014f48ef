public import ClusterModel
public import JSONTree
public import NetworkTypes

/// Pods, Namespaces and NetworkPolicies of a test, as JSON: what both the plan and the evaluator are told.
public struct PolicyWorld: Sendable {
    /// The pods.
    public var pods: [ObjectKey: JSONValue] = [:]
    /// The Namespaces.
    public var namespaces: [String: JSONValue] = [:]
    /// The policies.
    public var policies: [ObjectKey: JSONValue] = [:]

    /// Nothing.
    public init() {}

    /// The node of all pods that are said to be on no other.
    public static let nodeName = "n1"
    /// The names of the pods in each namespace.
    public static let podNames = ["a", "b", "c"]
    /// The namespaces.
    public static let namespaceNames = ["x", "y", "z"]
    /// Addresses that no pod has: two clients outside.
    public static let outside = ["192.0.2.50", "198.51.100.7", "2001:db8::50", "2001:db8:1::7"].compactMap {
        IPAddress($0)
    }

    /// Nine pods in three namespaces; each pod answers at 80 and 81, in TCP, UDP and SCTP, and has names for these ports.
    public static let standard: PolicyWorld = {
        var world = PolicyWorld()
        for namespace in namespaceNames {
            world.apply(.namespace(namespace, ["ns": .string(namespace)]))
            for name in podNames { world.apply(.pod("\(namespace)/\(name)", ["pod": .string(name)])) }
        }
        return world
    }()

    /// The addresses of a pod of the standard world.
    public static func addresses(of pod: ObjectKey) -> [IPAddress] {
        guard let namespace = namespaceNames.firstIndex(of: pod.namespace),
            let name = podNames.firstIndex(of: pod.name)
        else { return [] }
        let number = 10 + namespace * 3 + name
        return ["10.244.0.\(number)", "fd44::\(number)"].compactMap { IPAddress($0) }
    }

    /// The pods' keys, ordered.
    public var podKeys: [ObjectKey] { pods.keys.sorted() }
}

/// A change of the world.
public enum PolicyChange: Sendable {
    /// A policy comes or changes; its spec.
    case policy(String, JSONValue)
    /// A policy goes.
    case noPolicy(String)
    /// A pod comes or gets other labels.
    case pod(String, JSONObject)
    /// A pod gets other members of its spec and status, by paths such as `status.phase`.
    case podFields(String, [String: JSONValue])
    /// A pod goes.
    case noPod(String)
    /// A Namespace comes or gets other labels.
    case namespace(String, JSONObject)
    /// A Namespace goes, its pods stay.
    case noNamespace(String)
}

extension PolicyWorld {
    /// Makes a change.
    public mutating func apply(_ change: PolicyChange) {
        switch change {
        case .policy(let name, let spec): policies[Self.key(name)] = Self.policy(name, spec)
        case .noPolicy(let name): policies[Self.key(name)] = nil
        case .pod(let name, let labels):
            var pod = pods[Self.key(name)] ?? Self.pod(name)
            pod[path: "metadata"]?["labels"] = .object(labels)
            pods[Self.key(name)] = pod
        case .podFields(let name, let fields):
            for (path, value) in fields.sorted(by: { $0.key < $1.key }) {
                pods[Self.key(name)]?.setValue(value, at: path.split(separator: ".").map(String.init)[...])
            }
        case .noPod(let name): pods[Self.key(name)] = nil
        case .namespace(let name, let labels):
            var all = labels
            all["kubernetes.io/metadata.name"] = .string(name)
            namespaces[name] = [
                "apiVersion": "v1", "kind": "Namespace", "metadata": ["name": .string(name), "labels": .object(all)],
            ]
        case .noNamespace(let name): namespaces[name] = nil
        }
    }

    /// The key that `namespace/name` is.
    public static func key(_ name: String) -> ObjectKey { ObjectKey(name) ?? ObjectKey(name: name) }

    private static func policy(_ name: String, _ spec: JSONValue) -> JSONValue {
        let key = key(name)
        return [
            "apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy",
            "metadata": ["namespace": .string(key.namespace), "name": .string(key.name)], "spec": spec,
        ]
    }

    private static func pod(_ name: String) -> JSONValue {
        let key = key(name)
        let ports: [JSONValue] = ["TCP", "UDP", "SCTP"].flatMap { transport in
            [80, 81].map { number in
                [
                    "name": .string("serve-\(number)-\(transport.lowercased())"), "containerPort": JSONValue(number),
                    "protocol": .string(transport),
                ]
            }
        }
        let addresses = addresses(of: key).map { JSONValue.object(["ip": .string("\($0)")]) }
        return [
            "apiVersion": "v1", "kind": "Pod",
            "metadata": ["namespace": .string(key.namespace), "name": .string(key.name)],
            "spec": ["nodeName": .string(nodeName), "containers": [["name": "c", "ports": .array(ports)]]],
            "status": ["phase": "Running", "podIPs": .array(addresses)],
        ]
    }
}
