import ClusterModel
import JSONTree
import Logging
import Synchronization

/// What a write is checked against before it is staged.
enum Expectation: Hashable, Sendable {
    /// There must be no such object.
    case absent
    /// The object must be at this revision.
    case revision(Revision)
}

/// A write, ready but for what only the owner of the state can give: revision, addresses, ports.
struct Draft: Sendable {
    let kind: ResourceKind
    let key: ObjectKey
    /// The new object; nil deletes.
    var json: JSONValue?
    let expected: Expectation
    /// Goes through every check and keeps nothing.
    var isDryRun = false
}

struct StagedKey: Hashable {
    let kind: Int
    let key: ObjectKey
}

/// The newest state of a key that is on its way to the engine.
struct StagedWrite {
    let revision: Revision
    /// Nil when it is deleted.
    let object: StoredObject?
}

/// A staged write, and who waits for it.
struct PendingWrite: Sendable {
    let kind: Int
    let key: ObjectKey
    let revision: Revision
    let operation: StorageOperation
    /// The new object; for a deletion the last state at the revision of the deletion.
    let object: StoredObject
    let isDeletion: Bool
    let finish: @Sendable (Result<StoredObject, StoreError>) -> Void
}

extension ObjectStore {
    /// Writes a draft durably.
    /// - Returns: the object as written; for a deletion its last state, at the revision of the deletion.
    func submit(_ draft: Draft) async throws(StoreError) -> StoredObject {
        let result: Result<StoredObject, StoreError> = await withCheckedContinuation { continuation in
            let finish: @Sendable (Result<StoredObject, StoreError>) -> Void = { continuation.resume(returning: $0) }
            let outcome = state.withLock { state in
                Result { () throws(StoreError) in try state.stage(draft, finish) }
            }
            switch outcome {
            case .failure(let error): finish(.failure(error))
            case .success(.previewed(let object)): finish(.success(object))
            case .success(.staged(let mustFlush)):
                // Not the request's own task: a client that goes away must not take the writes of others with it.
                if mustFlush { Task { await self.flush() } }
            }
        }
        return try result.get()
    }

    /// Takes what is staged to the engine until nothing is left.
    private func flush() async {
        while true {
            let batch = state.withLock { state -> [PendingWrite] in
                let batch = state.queue
                state.queue = []
                state.isFlushing = !batch.isEmpty
                return batch
            }
            guard let last = batch.last else { return }
            do throws(StoreError) {
                let revision = try await storage.commit(batch.map { [$0.operation] })
                guard revision == last.revision else {
                    throw .storage("revision \(last.revision) was written as \(revision): another writer is at work")
                }
                publish(batch)
            } catch {
                logger.error("write failed", metadata: ["error": "\(error)", "writes": "\(batch.count)"])
                abandon(batch, error)
            }
        }
    }

    private func publish(_ batch: [PendingWrite]) {
        let woken = state.withLock { $0.publish(batch) }
        for waiter in woken { waiter.resume() }
        for write in batch { write.finish(.success(write.object)) }
    }

    /// Fails a batch, and all that was staged on top of it.
    private func abandon(_ batch: [PendingWrite], _ error: StoreError) {
        let ranges = configuration.ranges
        let lost = state.withLock { state -> [PendingWrite] in
            let lost = batch + state.queue
            state.queue = []
            state.staged = [:]
            state.head = state.revision
            state.rebuildAllocators(ranges)
            return lost
        }
        for write in lost { write.finish(.failure(error)) }
    }
}

extension ObjectStore.State {
    enum StageResult {
        case previewed(StoredObject)
        case staged(mustFlush: Bool)
    }

    /// The newest state of an object, staged or committed.
    func newest(_ kind: Int, _ key: ObjectKey) -> StoredObject? {
        if let staged = staged[StagedKey(kind: kind, key: key)] { return staged.object }
        return caches[kind][key]
    }

    /// Checks a draft against the newest state, allocates for it, and puts it into the queue.
    mutating func stage(
        _ draft: Draft,
        _ finish: @escaping @Sendable (Result<StoredObject, StoreError>) -> Void
    ) throws(StoreError) -> StageResult {
        guard !isClosed else { throw .shuttingDown }
        let kind = ObjectStore.index(of: draft.kind)
        let current = newest(kind, draft.key)
        try check(draft, against: current)
        var draft = draft
        var services = services
        var nodes = nodes
        do throws(AllocationError) {
            try Self.allocate(&draft, current, &services, &nodes)
        } catch {
            throw .invalid(draft.kind, draft.key.name, error.errors)
        }
        if draft.isDryRun { return .previewed(Self.object(draft, current, revision: current?.revision ?? 0)) }
        self.services = services
        self.nodes = nodes
        head += 1
        let object = Self.object(draft, current, revision: head)
        let storageKey = StorageKey(
            resource: draft.kind.qualifiedPlural,
            namespace: draft.key.namespace,
            name: draft.key.name
        )
        let expected = current?.revision ?? 0
        let isDeletion = draft.json == nil
        staged[StagedKey(kind: kind, key: draft.key)] = StagedWrite(revision: head, object: isDeletion ? nil : object)
        queue.append(
            PendingWrite(
                kind: kind,
                key: draft.key,
                revision: head,
                operation: isDeletion
                    ? .delete(storageKey, expected: expected) : .put(storageKey, object.value, expected: expected),
                object: object,
                isDeletion: isDeletion,
                finish: finish
            )
        )
        defer { isFlushing = true }
        return .staged(mustFlush: !isFlushing)
    }

    private func check(_ draft: Draft, against current: StoredObject?) throws(StoreError) {
        switch (draft.expected, current) {
        case (.absent, .some): throw StoreError(.alreadyExists, .alreadyExists(draft.kind, name: draft.key.name))
        case (.absent, nil): try checkNamespace(draft)
        case (.revision, nil): throw .notFound(draft.kind, draft.key.name)
        case (.revision(let wanted), .some(let current)):
            guard current.revision == wanted else { throw .conflict(draft.kind, draft.key.name) }
        }
    }

    /// New objects need a namespace, and one that stays.
    private func checkNamespace(_ draft: Draft) throws(StoreError) {
        guard draft.kind.isNamespaced else { return }
        let name = draft.key.namespace
        guard let namespace = newest(ObjectStore.index(of: .namespace), ObjectKey(name: name)) else {
            throw .notFound(.namespace, name)
        }
        guard !namespace.isBeingDeleted else {
            throw StoreError(
                .forbidden,
                .namespaceTerminating(draft.kind, name: draft.key.name, namespace: name)
            )
        }
    }

    private static func allocate(
        _ draft: inout Draft,
        _ current: StoredObject?,
        _ services: inout ServiceAllocator,
        _ nodes: inout NodeCIDRAllocator
    ) throws(AllocationError) {
        let old = draft.kind == .service || draft.kind == .node ? current?.json : nil
        switch (draft.kind, draft.json) {
        case (.service, .some(var json)):
            try services.allocate(&json, replacing: old)
            draft.json = json
        case (.service, nil): if let old { services.release(old) }
        case (.node, .some(var json)):
            try nodes.allocate(&json, replacing: old)
            draft.json = json
        case (.node, nil): if let old { nodes.release(old) }
        default: break
        }
    }

    private static func object(_ draft: Draft, _ current: StoredObject?, revision: Revision) -> StoredObject {
        guard let json = draft.json else {
            guard let current else { preconditionFailure("a deletion of nothing passed its check") }
            return current.at(revision: revision)
        }
        return StoredObject(
            draft.kind,
            json: json,
            value: ObjectText.value(of: json, kind: draft.kind),
            revision: revision
        )
    }

    /// Makes a committed group visible.
    /// - Returns: who has waited for it.
    mutating func publish(_ batch: [PendingWrite]) -> [WokenWaiter] {
        var revisions: [Int: [(Revision, ObjectKey)]] = [:]
        for write in batch {
            if write.isDeletion {
                caches[write.kind].remove(write.key, at: write.revision)
            } else {
                caches[write.kind].put(write.object)
            }
            revision = write.revision
            revisions[write.kind, default: []].append((write.revision, write.key))
            let key = StagedKey(kind: write.kind, key: write.key)
            if staged[key]?.revision == write.revision { staged[key] = nil }
        }
        return wake(revisions)
    }
}
