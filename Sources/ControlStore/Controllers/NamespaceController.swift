import ClusterModel
import JSONTree
import Logging

/// Empties namespaces that are being deleted, and lets them go when they are empty.
struct NamespaceController: Controller {
    static let kinds = ResourceKind.all
    static let interval: Duration = .seconds(1)

    private var terminating: Set<String> = []
    private var waiting: Set<String> = []

    mutating func reset() { self = NamespaceController() }

    mutating func note(_ kind: ResourceKind, _ object: StoredObject, isDeleted: Bool) {
        if kind == .namespace {
            if isDeleted || !object.isBeingDeleted {
                terminating.remove(object.key.name)
            } else if terminating.insert(object.key.name).inserted {
                waiting.insert(object.key.name)
            }
        } else if isDeleted, terminating.contains(object.key.namespace) {
            waiting.insert(object.key.namespace)
        }
    }

    mutating func work(in store: ObjectStore) async {
        // Pods end in their own time, so those that still have contents are looked at again.
        for namespace in terminating.union(waiting) {
            do throws(StoreError) {
                try await Self.empty(namespace, in: store)
            } catch {
                store.logger.warning(
                    "namespace not emptied",
                    metadata: ["namespace": "\(namespace)", "error": "\(error)"]
                )
            }
        }
        waiting = []
    }

    private static func empty(_ namespace: String, in store: ObjectStore) async throws(StoreError) {
        var isEmpty = true
        for kind in ResourceKind.all where kind.isNamespaced {
            let page = try await store.list(kind, ObjectSelection(namespace: namespace))
            var left = page.objects.count
            await withTaskGroup(of: Bool.self) { group in
                for object in page.objects {
                    group.addTask { await remove(kind, object, in: store) }
                }
                for await isGone in group where isGone { left -= 1 }
            }
            if left > 0 { isEmpty = false }
        }
        if isEmpty { try await store.finalizeNamespace(namespace) }
    }

    /// - Returns: whether the object is gone.
    private static func remove(_ kind: ResourceKind, _ object: StoredObject, in store: ObjectStore) async -> Bool {
        var options = DeleteOptions()
        if kind == .pod, object.isBeingDeleted {
            // Its node had its time; without a node that answers, it must not hold the namespace forever.
            let end = ObjectMeta(json: object.json["metadata"] ?? [:]).deletionTimestamp
            guard let end, end < Timestamp.now() else { return false }
            options.gracePeriodSeconds = 0
        } else if object.isBeingDeleted {
            return false
        }
        do throws(StoreError) {
            return try await store.delete(kind, object.key, options).isGone
        } catch {
            return error.code == .notFound
        }
    }
}
