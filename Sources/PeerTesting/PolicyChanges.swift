import BenchScenarios
import ClusterModel
import ControlStoreClient
import JSONTree

/// A store's pods and NetworkPolicies, as users of a cluster make and change them.
struct PolicyChanges: Sendable {
    let client: StoreClient

    /// Creates all objects of a cluster, and those whose packets are looked at.
    func create(_ cluster: PolicyCluster) async throws {
        for namespace in cluster.namespaceObjects {
            try await client.send(APIRequest(.post, "/api/v1/namespaces", body: namespace.json))
        }
        try await inLanes(cluster.policies) { try await create(cluster.policy($0)) }
        try await inLanes(cluster.pods) { try await create(cluster.pod($0)) }
        try await create(PolicyCluster.probePolicy(isOpen: true))
        try await create(PolicyCluster.probeServer)
        try await create(PolicyCluster.probeClient(isFriend: false))
    }

    /// Gives the client another label; returns when the store has acknowledged it.
    func setClient(isFriend: Bool) async throws {
        let pod = PolicyCluster.probeClient(isFriend: isFriend)
        let labels = pod.json[path: "metadata", "labels"] ?? [:]
        try await patch("\(Self.path(of: pod))/\(pod.name)", ["metadata": ["labels": labels]])
    }

    /// Gives the policy another port; returns when the store has acknowledged it.
    func setPolicy(isOpen: Bool) async throws {
        let policy = PolicyCluster.probePolicy(isOpen: isOpen)
        try await patch("\(Self.path(of: policy))/\(policy.name)", ["spec": policy.json["spec"] ?? [:]])
    }

    private func create(_ policy: NetworkPolicy) async throws {
        try await client.send(APIRequest(.post, Self.path(of: policy), body: policy.json))
    }

    /// The status is a request of its own, as a kubelet makes it.
    private func create(_ pod: Pod) async throws {
        var json = pod.json
        let status = json["status"] ?? [:]
        json["status"] = nil
        try await client.send(APIRequest(.post, Self.path(of: pod), body: json))
        try await patch("\(Self.path(of: pod))/\(pod.name)/status", ["status": status])
    }

    private static func path(of pod: Pod) -> String { "/api/v1/namespaces/\(pod.key.namespace)/pods" }

    private static func path(of policy: NetworkPolicy) -> String {
        "/apis/networking.k8s.io/v1/namespaces/\(policy.key.namespace)/networkpolicies"
    }

    private func patch(_ path: String, _ change: JSONValue) async throws {
        var request = APIRequest(.patch, path, body: change)
        request.contentType = "application/merge-patch+json"
        try await client.send(request)
    }

    /// Does something for each number, some at a time.
    private func inLanes(_ count: Int, _ body: @escaping @Sendable (Int) async throws -> Void) async throws {
        let lanes = 16
        try await withThrowingTaskGroup(of: Void.self) { group in
            for lane in 0..<lanes {
                group.addTask { for number in stride(from: lane, to: count, by: lanes) { try await body(number) } }
            }
            try await group.waitForAll()
        }
    }
}
