import ClusterModel
import ControlStoreClient
import JSONTree

/// Writes annotations of the own Node: how the other nodes learn what this one's overlay looks like.
struct NodeAnnotations: Sendable {
    let client: StoreClient
    let nodeName: String

    /// Sets these annotations and leaves all others as they are; writing the same again changes nothing.
    ///
    /// - Throws: `.store`, naming the Node; the caller tries again.
    func publish(_ annotations: [String: String]) async throws {
        do {
            try await client.mergePatch(Node.self, nodeName, Self.patch(annotations))
        } catch {
            throw NodeDaemonError(.store, "annotate node \(nodeName): \(error)")
        }
    }

    /// The merge patch (RFC 7386) that sets them.
    static func patch(_ annotations: [String: String]) -> JSONValue {
        var object = JSONObject()
        for (key, value) in annotations.sorted(by: { $0.key < $1.key }) { object[key] = .string(value) }
        return .object(["metadata": .object(["annotations": .object(object)])])
    }
}
