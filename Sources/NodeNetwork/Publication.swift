import ClusterModel
import NodePlan

/// Brings annotations to the own Node, once each, though the cache learns of it later.
struct Publication {
    private var last: (annotations: [String: String], resourceVersion: String)?

    /// Publishes what the Node lacks.
    ///
    /// - Returns: what went wrong; nil when nothing did, or nothing was to do.
    mutating func bring(
        _ wanted: [String: String],
        to node: Node?,
        _ publish: NodeNetworkReconciler.Publish
    ) async -> String? {
        guard let node else { return nil }
        let missing = FlannelAnnotations.missing(wanted, at: node)
        guard !missing.isEmpty else { return nil }
        let version = node.metadata.resourceVersion
        // The cache has not seen the last publication yet.
        if let last, last == (missing, version) { return nil }
        do {
            try await publish(missing)
            last = (missing, version)
            return nil
        } catch is CancellationError {
            return nil
        } catch {
            let keys = missing.keys.sorted().joined(separator: ", ")
            return "node \(node.name): its annotations \(keys) can't be written, without which the other nodes can't"
                + " reach its pods: \(error)"
        }
    }
}
