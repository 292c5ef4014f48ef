public import BenchRunner
import ClusterModel
import Conntrack
import JSONTree
import LinuxSystem
import NetworkTypes
import PolicyEnforcer
import PolicyPlan

/// What a TCP connection between pods costs the client under policies that allow it.
public final class PolicyConnectScenario: BenchScenario {
    /// `policy-connect`.
    public let name = "policy-connect"
    /// What it asks.
    public let question = "How long does connect() to an isolated pod take, beside one with no policy?"
    /// The sizes are the variants.
    public let parameters: [BenchParameter] = []
    /// By the number of policies that select the pod.
    public let variants: [BenchVariant]
    /// The table without a policy.
    public let baseline = "no policy"
    /// A little.
    public let expectedWork = 4000.0

    private let count: Int
    private var nodes: [String: PolicyNode] = [:]

    /// A scenario.
    ///
    /// - Parameters:
    ///   - policies: how many policies select the pod, for each variant.
    ///   - connections: how many connections each round makes.
    public init(policies: [Int], connections: Int = 500) {
        variants = [BenchVariant("no policy")] + policies.map { BenchVariant("\($0) policies", part: "\($0)") }
        count = connections
    }

    /// Wires the variant's node, and programs its policies.
    public func setUp(_ variant: BenchVariant) throws {
        nodes[variant.name] = try PolicyNode(policies: Int(variant.part) ?? 0)
        _ = try nodes[variant.name]?.connect(times: 20)
    }

    /// Connects many times.
    public func measure(_ variant: BenchVariant, round: Int) throws -> [BenchMeasurement] {
        guard let node = nodes[variant.name] else { return [] }
        try node.forgetFlows()
        let times = try node.connect(times: count)
        return [BenchMeasurement("connect", times.each, processorTime: times.processor / Double(count))]
    }

    /// Lets the namespaces go.
    public func tearDown() { nodes = [:] }
}

/// A client, a node with policies, and a pod that they isolate and that lets the client in.
private final class PolicyNode {
    private let network: NodeNetworkPlan
    private let timer: ConnectTimer

    init(policies: Int) throws {
        let network = try NodeNetworkPlan()
        self.network = network
        timer = try withNetworkNamespace(network.pod) { try ConnectTimer(listeningOn: SyntheticCluster.targetPort) }
        var planner = PolicyPlanner(nodeName: PolicyCluster.nodeName)
        planner.upsert(Namespace(name: "default"))
        planner.upsert(Self.pod("client", .v4(NodeNetworkPlan.clientAddress)))
        planner.upsert(Self.pod("server", .v4(NodeNetworkPlan.podAddress)))
        for number in 0..<policies { planner.upsert(Self.policy(number, isLast: number == policies - 1)) }
        _ = planner.takeChanges()
        let model = planner.model
        try withNetworkNamespace(network.node) {
            _ = try NFTablesPolicyBackend(.ipv4).replaceAll(with: model, releasing: [])
        }
    }

    private static func pod(_ name: String, _ address: IPAddress) -> Pod {
        var pod = Pod(namespace: "default", name: name)
        pod.metadata.labels = ["app": name]
        pod.spec.nodeName = PolicyCluster.nodeName
        pod.phase = .running
        pod.podIPs = ["\(address)"]
        return pod
    }

    /// Only the last one lets the client in.
    private static func policy(_ number: Int, isLast: Bool) -> NetworkPolicy {
        NetworkPolicy(unchecked: [
            "metadata": ["namespace": "default", "name": .string("policy-\(number)")],
            "spec": [
                "podSelector": ["matchLabels": ["app": "server"]], "policyTypes": ["Ingress"],
                "ingress": [
                    [
                        "from": [
                            ["podSelector": ["matchLabels": ["app": .string(isLast ? "client" : "app-\(number)")]]]
                        ],
                        "ports": [["port": .integer(Int64(SyntheticCluster.targetPort.rawValue))]],
                    ]
                ],
            ],
        ])
    }

    func forgetFlows() throws {
        var conntrack = try ConntrackConnection.open(in: network.node)
        try conntrack.deleteAll()
    }

    func connect(times count: Int) throws -> ConnectTimer.Times {
        let target = IPEndpoint(address: .v4(NodeNetworkPlan.podAddress), port: SyntheticCluster.targetPort)
        return try withNetworkNamespace(network.client) { try timer.connect(to: target, times: count) }
    }
}
