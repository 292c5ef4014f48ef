import ClusterModel
import JSONTree

/// Deletes objects whose owners are all gone.
///
/// Owners of kinds that the store does not serve can't be looked up; what they own is left alone.
struct OwnerCollector: Controller {
    static let kinds = ResourceKind.all
    static let interval: Duration = .seconds(5)

    private struct Reference: Hashable {
        let kind: ResourceKind
        let key: ObjectKey
    }

    /// What each owner, by its uid, owns.
    private var owned: [String: Set<Reference>] = [:]
    private var owners: [Reference: [String]] = [:]
    private var waiting: Set<Reference> = []

    mutating func reset() { self = OwnerCollector() }

    mutating func note(_ kind: ResourceKind, _ object: StoredObject, isDeleted: Bool) {
        let reference = Reference(kind: kind, key: object.key)
        if let before = owners[reference], isDeleted || before != object.owners {
            for uid in before {
                owned[uid]?.remove(reference)
                if owned[uid]?.isEmpty == true { owned[uid] = nil }
            }
            owners[reference] = nil
        }
        if isDeleted {
            waiting.formUnion(owned[object.uid] ?? [])
        } else if !object.owners.isEmpty, owners[reference] == nil {
            owners[reference] = object.owners
            for uid in object.owners { owned[uid, default: []].insert(reference) }
            waiting.insert(reference)
        }
    }

    mutating func work(in store: ObjectStore) async {
        let orphans = waiting.filter { Self.isOrphan($0, in: store) }
        waiting = []
        await withTaskGroup(of: Reference?.self) { group in
            for orphan in orphans {
                group.addTask { await Self.remove(orphan, in: store) ? nil : orphan }
            }
            for await failed in group {
                if let failed { waiting.insert(failed) }
            }
        }
    }

    private static func isOrphan(_ reference: Reference, in store: ObjectStore) -> Bool {
        guard let object = store.find(reference.kind, reference.key) else { return false }
        let references = ObjectMeta(json: object.json["metadata"] ?? [:]).ownerReferences
        return !references.isEmpty
            && references.allSatisfy { owner in
                guard let kind = ResourceKind.find(apiVersion: owner.apiVersion, kind: owner.kind) else { return false }
                let key = ObjectKey(namespace: kind.isNamespaced ? reference.key.namespace : "", name: owner.name)
                return store.find(kind, key)?.uid != owner.uid
            }
    }

    private static func remove(_ reference: Reference, in store: ObjectStore) async -> Bool {
        do throws(StoreError) {
            _ = try await store.delete(reference.kind, reference.key)
            return true
        } catch {
            return error.code == .notFound || error.code == .conflict
        }
    }
}
