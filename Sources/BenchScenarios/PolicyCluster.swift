public import ClusterModel
import JSONTree
import NetworkTypes

/// Made-up pods and NetworkPolicies: every policy selects the pods of one application, and lets another one in.
public struct PolicyCluster: Sendable {
    /// How many policies there are.
    public let policies: Int
    /// How many pods there are.
    public let pods: Int
    /// How many of the pods are on the node that is programmed, spread over all namespaces.
    public let local: Int

    /// The node that is programmed.
    public static let nodeName = "bench-node"
    /// Fifty applications in each of the namespaces, of which there is one for every fifty policies.
    private static let applications = 50

    /// A cluster of some size.
    public init(policies: Int, pods: Int, local: Int) {
        self.policies = policies
        self.pods = pods
        self.local = local
    }

    private var namespaces: Int { max(1, (policies + Self.applications - 1) / Self.applications) }

    /// The Namespaces.
    public var namespaceObjects: [Namespace] { (0..<namespaces).map { Namespace(name: "ns-\($0)") } }

    private func application(_ number: Int) -> Int { number / namespaces % Self.applications }

    /// Every so many pods one is on the node, whatever the number of namespaces is.
    private func isLocal(_ number: Int) -> Bool { number * local % max(1, pods) < local }

    /// A pod by its number, below ``pods``; with another application if that is said.
    public func pod(_ number: Int, label: String? = nil) -> Pod {
        Self.pod(
            "ns-\(number % namespaces)",
            "pod-\(number)",
            [
                "app": .string(label ?? "app-\(application(number))"), "tier": .string("tier-\(number % 3)"),
                "pod-template-hash": .string("hash-\(number % 997)"),
            ],
            isLocal: isLocal(number),
            address: "10.\(100 + number / 65_536).\(number / 256 % 256).\(number % 256)"
        )
    }

    static func pod(_ namespace: String, _ name: String, _ labels: JSONObject, isLocal: Bool, address: String) -> Pod {
        var pod = Pod(unchecked: [
            "apiVersion": "v1", "kind": "Pod",
            "metadata": ["namespace": .string(namespace), "name": .string(name), "labels": .object(labels)],
            "spec": [
                "nodeName": .string(isLocal ? nodeName : "other"),
                "containers": [
                    ["name": "c", "image": "none", "ports": [["name": "http", "containerPort": 8080]]]
                ],
            ],
            "status": ["phase": "Running"],
        ])
        pod.podIPs = [address]
        return pod
    }

    /// A policy by its number, below ``policies``.
    public func policy(_ number: Int, port: Int = 8080) -> NetworkPolicy {
        let friend = (application(number) + 1) % Self.applications
        return Self.policy(
            "ns-\(number % namespaces)",
            "policy-\(number)",
            [
                "podSelector": ["matchLabels": ["app": .string("app-\(application(number))")]],
                "policyTypes": ["Ingress", "Egress"],
                "ingress": [
                    [
                        "from": [["podSelector": ["matchLabels": ["app": .string("app-\(friend)")]]]],
                        "ports": [["protocol": "TCP", "port": JSONValue(port)]],
                    ],
                    ["from": [["ipBlock": ["cidr": .string("192.168.\(number % 256).0/24")]]]],
                ],
                "egress": [
                    ["to": [["namespaceSelector": [:], "podSelector": ["matchLabels": ["tier": "tier-1"]]]]],
                    ["ports": [["protocol": "UDP", "port": 53]]],
                ],
            ]
        )
    }

    static func policy(_ namespace: String, _ name: String, _ spec: JSONValue) -> NetworkPolicy {
        NetworkPolicy(unchecked: [
            "apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy",
            "metadata": ["namespace": .string(namespace), "name": .string(name)], "spec": spec,
        ])
    }

    /// A pod of the node that is programmed.
    var localPod: Int { 0 }

    /// Pods of other nodes that policies of the node's pods let in by their label: whether they do so matters here.
    var friends: [Int] {
        let isolated = Set((0..<pods).filter { isLocal($0) && hasPolicy($0) }.map(place))
        return (0..<pods).filter { number in
            let (namespace, application) = (number % namespaces, application(number))
            let asked = (application + Self.applications - 1) % Self.applications
            return !isLocal(number) && isolated.contains(asked * namespaces + namespace)
        }
    }

    /// One number for all pods of an application in a namespace; it is also that of the policy that selects them.
    private func place(_ number: Int) -> Int { application(number) * namespaces + number % namespaces }

    private func hasPolicy(_ number: Int) -> Bool { place(number) < policies }
}

extension PolicyCluster {
    // MARK: Those whose packets are looked at

    /// The port to which the client sends datagrams.
    public static let probePort = 9000
    private static let probeNamespace = "ns-0"

    /// The client: a pod of another node, at ``NodeNetworkPlan/clientAddress``.
    ///
    /// - Parameter isFriend: whether its label is the one that ``probePolicy(isOpen:)`` asks for.
    /// - Returns: the pod.
    public static func probeClient(isFriend: Bool) -> Pod {
        pod(
            probeNamespace,
            "probe-client",
            ["app": "app-7", "probe": isFriend ? "friend" : "stranger"],
            isLocal: false,
            address: "\(NodeNetworkPlan.clientAddress)"
        )
    }

    /// The server: a pod of the node that is programmed, at ``NodeNetworkPlan/podAddress``, which other policies select too.
    public static var probeServer: Pod {
        pod(
            probeNamespace,
            "probe-server",
            ["app": "app-0", "probe": "server"],
            isLocal: true,
            address: "\(NodeNetworkPlan.podAddress)"
        )
    }

    /// Isolates the server, and lets friends in.
    ///
    /// - Parameter isOpen: whether at the port to which the client sends, or at another one.
    /// - Returns: the policy.
    public static func probePolicy(isOpen: Bool) -> NetworkPolicy {
        policy(
            probeNamespace,
            "probe",
            [
                "podSelector": ["matchLabels": ["probe": "server"]], "policyTypes": ["Ingress"],
                "ingress": [
                    [
                        "from": [["podSelector": ["matchLabels": ["probe": "friend"]]]],
                        "ports": [["protocol": "UDP", "port": JSONValue(isOpen ? probePort : probePort + 1)]],
                    ]
                ],
            ]
        )
    }
}
