import ControlStoreClient
public import JSONTree

extension ThrowawayCluster {
    private var policiesPath: String { "/apis/networking.k8s.io/v1/namespaces/default/networkpolicies" }

    /// Creates a NetworkPolicy, and returns when the store has acknowledged it.
    public func createPolicy(_ name: String, spec: JSONValue) async throws {
        let policy: JSONValue = [
            "apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "metadata": ["name": .string(name)],
            "spec": spec,
        ]
        try await api.send(APIRequest(.post, policiesPath, body: policy))
    }

    /// Deletes a NetworkPolicy, and returns when the store has acknowledged it.
    public func deletePolicy(_ name: String) async throws {
        try await api.send(APIRequest(.delete, "\(policiesPath)/\(name)"))
    }
}
