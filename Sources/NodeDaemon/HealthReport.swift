import ClusterModel
import JSONTree
import NetworkTypes
import ServiceProxy

/// What `/healthz` and `/livez` answer: kube-proxy 1.36's bodies and codes.
struct HealthReport {
    /// How far the kernel follows the objects.
    var proxy: ProxyHealth
    /// Whether the routes to other nodes were written once.
    var hasRoutes: Bool
    /// Whether the NetworkPolicies were written once.
    var hasPolicies = true
    /// Whether this Node exists and isn't on its way out.
    var isNodeEligible: Bool
    /// The moment of the question.
    var now: Timestamp

    /// Whether traffic may be sent to this node.
    var isReady: Bool { isHealthy && isNodeEligible }

    /// Everything was written once, and nothing waits for too long.
    var isHealthy: Bool { proxy.isHealthy(at: now) && hasRoutes && hasPolicies }

    /// Whether restarting would not help.
    ///
    /// As kube-proxy, it is alive while it starts: waiting for the store is no fault of its own.
    var isAlive: Bool { !proxy.isSynced || proxy.isHealthy(at: now) }

    /// `/healthz`.
    var healthzBody: String { body(healthy: isHealthy, eligible: isNodeEligible) }

    /// `/livez`: the same without the node's state.
    var livezBody: String { body(healthy: isAlive, eligible: nil) }

    private func body(healthy: Bool, eligible: Bool?) -> String {
        let families = proxy.families.sorted { $0.key.rawValue < $1.key.rawValue }
        var status: JSONObject = [:]
        for (family, state) in families {
            let isHealthy = proxy.isHealthy(family, at: now)
            status["\(family)"] = [
                "lastUpdated": .string(time(isHealthy ? now : state.lastUpdated)), "healthy": .bool(isHealthy),
            ]
        }
        let oldest = families.filter { !proxy.isHealthy($0.key, at: now) }.map(\.value.lastUpdated)
            .min { ($0?.seconds ?? 0) < ($1?.seconds ?? 0) }
        var body: JSONObject = [
            "lastUpdated": .string(time(healthy ? now : oldest ?? nil)), "currentTime": .string(time(now)),
        ]
        if let eligible { body["nodeEligible"] = .bool(eligible) }
        body["healthy"] = .bool(healthy)
        body["status"] = .object(status)
        return JSONValue.object(body).description
    }

    /// RFC 3339; Go's zero time stands for "never".
    private func time(_ timestamp: Timestamp?) -> String {
        timestamp?.microsecondsDescription ?? "0001-01-01T00:00:00Z"
    }
}

/// What is known of this machine's own Node.
struct NodeEligibility {
    /// The taint that the cluster autoscaler puts on a Node before it ends the machine: KEP-3836.
    static let removalTaint = "ToBeDeletedByClusterAutoscaler"

    /// Whether load balancers may go on sending traffic here.
    static func isEligible(_ node: Node?) -> Bool {
        guard let node, !node.metadata.isBeingDeleted else { return false }
        let taints = node.json[path: "spec", "taints"]?.arrayValue ?? []
        return !taints.contains { $0["key"]?.stringValue == removalTaint }
    }
}
