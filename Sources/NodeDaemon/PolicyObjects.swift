import ClusterModel
import ControlStoreClient
import JSONTree
import Logging
import PolicyEnforcer

/// The caches of the objects that policies speak of, and the way from them to the reconciler.
struct PolicyObjects: Sendable {
    private let pods: SharedInformer<Pod>
    private let namespaces: SharedInformer<Namespace>
    private let policies: SharedInformer<NetworkPolicy>
    private let logger: Logger

    /// Watches all pods that may have an address, as any of them may be a peer.
    init(client: StoreClient, logger: Logger) {
        pods = SharedInformer(
            client: client,
            selection: Selection(fields: "status.phase!=Succeeded,status.phase!=Failed"),
            keeping: \.reducedForPolicies,
            logger: logger
        )
        namespaces = SharedInformer(client: client, logger: logger)
        policies = SharedInformer(client: client, logger: logger)
        self.logger = logger
    }

    /// Adds the handlers; to be called before the caches run.
    func connect(_ reconciler: PolicyReconciler) {
        pods.addHandler { event in
            switch event {
            case .added(let pod, _), .updated(_, let pod): await reconciler.upsert(pod)
            case .deleted(let pod): await reconciler.removePod(pod.key)
            }
        }
        namespaces.addHandler { event in
            switch event {
            case .added(let namespace, _), .updated(_, let namespace): await reconciler.upsert(namespace)
            case .deleted(let namespace): await reconciler.removeNamespace(namespace.name)
            }
        }
        policies.addHandler { event in
            switch event {
            case .added(let policy, _), .updated(_, let policy): await reconciler.upsert(policy)
            case .deleted(let policy): await reconciler.removePolicy(policy)
            }
        }
    }

    /// What runs: the three caches, and who tells when they are filled.
    func tasks(_ reconciler: PolicyReconciler, gates: [Gate]) -> [DaemonTask] {
        [
            DaemonTask(gates: gates) { [pods] in await pods.run() },
            DaemonTask(gates: gates) { [namespaces] in await namespaces.run() },
            DaemonTask(gates: gates) { [policies] in await policies.run() },
            DaemonTask(gates: gates) { try await tellWhenFilled(reconciler) },
            DaemonTask(gates: gates) { await reconciler.run() },
            DaemonTask(gates: gates) {
                while true {
                    try await Task.sleep(for: .seconds(3600))
                    await reconciler.resync()
                }
            },
        ]
    }

    private func tellWhenFilled(_ reconciler: PolicyReconciler) async throws {
        try await pods.waitUntilSynced()
        await reconciler.markSynced(.pods)
        try await namespaces.waitUntilSynced()
        await reconciler.markSynced(.namespaces)
        try await policies.waitUntilSynced()
        await reconciler.markSynced(.policies)
        logger.info(
            "caches for policies filled",
            metadata: [
                "pods": "\(pods.store.count)", "namespaces": "\(namespaces.store.count)",
                "policies": "\(policies.store.count)",
            ]
        )
    }
}

extension Pod {
    /// What policies need to know of it: 10,000 pods are kept, of which everything else would be most.
    var reducedForPolicies: Pod {
        var reduced: JSONValue = ["apiVersion": "v1", "kind": "Pod"]
        for key in ["namespace", "name", "uid", "resourceVersion", "labels", "creationTimestamp", "deletionTimestamp"] {
            copy(["metadata", key], to: &reduced)
        }
        copy(["metadata", "annotations", "kubernetes.io/config.mirror"], to: &reduced)
        for key in ["nodeName", "hostNetwork"] { copy(["spec", key], to: &reduced) }
        for key in ["phase", "podIP", "podIPs"] { copy(["status", key], to: &reduced) }
        for key in ["containers", "initContainers"] {
            let containers = (json[path: "spec", key]?.arrayValue ?? []).compactMap(Self.reduced)
            if !containers.isEmpty { reduced.setValue(.array(containers), at: ["spec", key]) }
        }
        return Pod(unchecked: reduced)
    }

    private func copy(_ path: [String], to other: inout JSONValue) {
        if let value = json.value(at: path), !value.isNull { other.setValue(value, at: path[...]) }
    }

    /// A container's ports, if it has any with a name.
    private static func reduced(_ container: JSONValue) -> JSONValue? {
        let ports = (container["ports"]?.arrayValue ?? []).filter { $0["name"]?.stringValue?.isEmpty == false }
        guard !ports.isEmpty else { return nil }
        var reduced: JSONValue = ["ports": .array(ports)]
        if let policy = container["restartPolicy"] { reduced["restartPolicy"] = policy }
        return reduced
    }
}
