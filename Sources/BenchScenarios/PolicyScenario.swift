public import BenchRunner
import ClusterModel
import LinuxSystem
import NetworkTypes
import PolicyEnforcer
import PolicyPlan

/// What it costs to enforce a cluster's NetworkPolicies on a node: all of them at start, and then changes one by one.
///
/// From the objects, as the caches have them, until the kernel has answered. Every round has a network namespace of its
/// own.
public final class PolicyScenario: BenchScenario {
    /// `policy`.
    public let name = "policy"
    /// What it asks.
    public let question =
        "How long until the kernel enforces all policies, a pod's other label, another policy, a new pod?"
    /// Policies, pods of the cluster, pods of the node.
    public let parameters: [BenchParameter]
    /// There is one engine.
    public let variants = [BenchVariant("nftables")]
    /// There is one engine.
    public let baseline = "nftables"
    /// By the number of objects.
    public let expectedWork: Double

    private let cluster: PolicyCluster
    /// How many changes of each kind a round makes.
    private static let changes = 100

    /// A scenario of one size.
    ///
    /// - Parameters:
    ///   - policies: how many policies there are in the cluster.
    ///   - pods: how many pods there are in the cluster.
    ///   - local: how many of the pods are on the node.
    public init(policies: Int, pods: Int, local: Int) {
        parameters = [
            BenchParameter("policies", policies), BenchParameter("pods", pods), BenchParameter("local", local),
        ]
        cluster = PolicyCluster(policies: policies, pods: pods, local: local)
        expectedWork = Double(policies + pods)
    }

    /// Nothing is needed beforehand.
    public func setUp(_ variant: BenchVariant) {}

    /// Programs everything into a fresh namespace, and then makes changes.
    public func measure(_ variant: BenchVariant, round: Int) throws -> [BenchMeasurement] {
        let (pods, policies) = (
            (0..<cluster.pods).map { cluster.pod($0) }, (0..<cluster.policies).map { cluster.policy($0) }
        )
        let namespaces = cluster.namespaceObjects
        return try withNetworkNamespace(NodeNetworkPlan.loneNode()) {
            let backend = try NFTablesPolicyBackend(.ipv4)
            var planner = PolicyPlanner(nodeName: PolicyCluster.nodeName)
            let start = try Self.time {
                for namespace in namespaces { planner.upsert(namespace) }
                for policy in policies { planner.upsert(policy) }
                for pod in pods { planner.upsert(pod) }
                _ = planner.takeChanges()
                _ = try backend.replaceAll(with: planner.model, releasing: [])
            }
            return [BenchMeasurement("full start", [start])] + (try changes(backend, &planner))
        }
    }

    /// Nothing is left.
    public func tearDown() {}

    private func changes(_ backend: NFTablesPolicyBackend, _ planner: inout PolicyPlanner) throws -> [BenchMeasurement]
    {
        var times: [String: [Double]] = [:]
        func measure(_ metric: String, _ change: (inout PolicyPlanner) -> Void) throws {
            let time = try Self.time {
                change(&planner)
                let changes = planner.takeChanges()
                guard !changes.isEmpty else { throw BenchError("\(metric): nothing changed") }
                _ = try backend.apply(changes, of: planner.model, releasing: [])
            }
            times[metric, default: []].append(time)
        }
        let friends = cluster.friends
        guard !friends.isEmpty else { throw BenchError("no pod matters to those of the node: take more pods") }
        for number in 0..<Self.changes {
            let remote = friends[number * 7 % friends.count]
            try measure("label of a pod") { $0.upsert(cluster.pod(remote, label: "other-\(number)")) }
            try measure("label of a pod") { $0.upsert(cluster.pod(remote)) }
            try measure("policy of a pod of the node") { $0.upsert(cluster.policy(0, port: 9000 + number)) }
            try measure("pod of the node gone") { $0.removePod(cluster.pod(cluster.localPod).key) }
            try measure("pod of the node started") { $0.upsert(cluster.pod(cluster.localPod)) }
        }
        return times.sorted { $0.key < $1.key }.map { BenchMeasurement($0.key, $0.value) }
    }

    private static func time(_ body: () throws -> Void) rethrows -> Double {
        let start = MonotonicTime.now.nanoseconds
        try body()
        return Double(MonotonicTime.now.nanoseconds - start)
    }
}
