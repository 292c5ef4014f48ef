import ClusterModel
import JSONTree
import NetworkTypes

/// Made-up pods and NetworkPolicies: every policy selects the pods of one application, and lets another one in.
struct PolicyCluster {
    let policies: Int
    let pods: Int
    /// How many of the pods are on the node that is programmed.
    let local: Int

    static let nodeName = "bench-node"
    /// Fifty applications in each of the namespaces, of which there is one for every fifty policies.
    private static let applications = 50

    private var namespaces: Int { max(1, (policies + Self.applications - 1) / Self.applications) }

    var namespaceObjects: [Namespace] { (0..<namespaces).map { Namespace(name: "ns-\($0)") } }

    func pod(_ number: Int, label: String? = nil) -> Pod {
        let application = number / namespaces % Self.applications
        var pod = Pod(unchecked: [
            "apiVersion": "v1", "kind": "Pod",
            "metadata": [
                "namespace": .string("ns-\(number % namespaces)"), "name": .string("pod-\(number)"),
                "labels": [
                    "app": .string(label ?? "app-\(application)"), "tier": .string("tier-\(number % 3)"),
                    "pod-template-hash": .string("hash-\(number % 997)"),
                ],
            ],
            "spec": [
                "nodeName": .string(number % max(1, pods / max(1, local)) == 0 ? Self.nodeName : "other"),
                "containers": [["name": "c", "ports": [["name": "http", "containerPort": 8080]]]],
            ],
            "status": ["phase": "Running"],
        ])
        pod.podIPs = [Self.address(number)]
        return pod
    }

    static func address(_ number: Int) -> String { "10.\(100 + number / 65_536).\(number / 256 % 256).\(number % 256)" }

    func policy(_ number: Int, port: Int = 8080) -> NetworkPolicy {
        let application = number / namespaces % Self.applications
        let friend = (application + 1) % Self.applications
        return NetworkPolicy(unchecked: [
            "apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy",
            "metadata": ["namespace": .string("ns-\(number % namespaces)"), "name": .string("policy-\(number)")],
            "spec": [
                "podSelector": ["matchLabels": ["app": .string("app-\(application)")]],
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
            ],
        ])
    }

    /// A pod of the node that is programmed.
    var localPod: Int { 0 }
    /// A pod of another node that the local pod's policy may let in.
    var remotePod: Int { 1 }
}
