public import ClusterModel
public import JSONTree
import Synchronization

extension ObjectStore {
    /// How often a write is tried again that lost a race and names no revision.
    private static let attempts = 8

    /// Creates an object.
    /// - Parameters:
    ///   - kind: the kind.
    ///   - namespace: the namespace of the path; nil for cluster-wide kinds.
    ///   - json: the object as the client sent it.
    ///   - options: what to observe.
    /// - Returns: the object as it was written.
    /// - Throws: ``StoreError``: `alreadyExists`, `invalid`, `notFound` or `forbidden` for its namespace, `storage`.
    public func create(
        _ kind: ResourceKind,
        namespace: String?,
        _ json: JSONValue,
        options: WriteOptions = WriteOptions()
    ) async throws(StoreError) -> WriteResult {
        try await create(kind, namespace: namespace, name: nil, json, options)
    }

    private func create(
        _ kind: ResourceKind,
        namespace: String?,
        name: String?,
        _ json: JSONValue,
        _ options: WriteOptions
    ) async throws(StoreError) -> WriteResult {
        let rules = WriteRules(kind: kind, families: configuration.ranges.families)
        let isGenerated = name == nil && (json[path: "metadata", "name"]?.stringValue ?? "").isEmpty
        var attempt = 0
        while true {
            attempt += 1
            let (key, object) = try rules.created(json, namespace: namespace, name: name)
            let draft = Draft(kind: kind, key: key, json: object, expected: .absent, isDryRun: options.isDryRun)
            do throws(StoreError) {
                return WriteResult(object: try await submit(draft), isCreated: true)
            } catch {
                // A made-up name that is taken: another one.
                guard error.code == .alreadyExists, isGenerated, attempt < Self.attempts else { throw error }
            }
        }
    }

    /// Changes an object, or a part of it, to what the client sent.
    /// - Parameters:
    ///   - kind: the kind.
    ///   - key: which object, from the path.
    ///   - json: the object as the client sent it; without a resource version it is written over any state.
    ///   - part: what of it is written.
    ///   - options: what to observe.
    /// - Returns: the object as it was written.
    /// - Throws: ``StoreError``: `conflict`, `notFound` (some kinds are created instead), `invalid`, `storage`.
    public func update(
        _ kind: ResourceKind,
        _ key: ObjectKey,
        _ json: JSONValue,
        part: ObjectPart = .main,
        options: WriteOptions = WriteOptions()
    ) async throws(StoreError) -> WriteResult {
        let wanted = try ListOptions.revision(json[path: "metadata", "resourceVersion"]?.stringValue)
        let wantedRevision = wanted == 0 ? nil : wanted
        if kind.updateMayCreate, part == .main, newest(kind, key) == nil {
            guard wantedRevision == nil else { throw .notFound(kind, key.name) }
            return try await create(kind, namespace: key.namespace, name: key.name, json, options)
        }
        return try await change(kind, key, part, options, mayRetry: wantedRevision == nil) {
            current throws(StoreError) in
            if let wantedRevision, wantedRevision != current.revision { throw .conflict(kind, key.name) }
            return json
        }
    }

    /// Applies a patch to an object, or to a part of it.
    /// - Throws: ``StoreError``: `badRequest` for a patch that makes no sense, and as
    ///   ``update(_:_:_:part:options:)``.
    public func patch(
        _ kind: ResourceKind,
        _ key: ObjectKey,
        _ patch: ObjectPatch,
        part: ObjectPart = .main,
        options: WriteOptions = WriteOptions()
    ) async throws(StoreError) -> WriteResult {
        try await change(kind, key, part, options, mayRetry: !patch.namesRevision) { current throws(StoreError) in
            let patched = try patch.applied(to: current.json, kind: kind, name: key.name)
            let wanted = try ListOptions.revision(patched[path: "metadata", "resourceVersion"]?.stringValue)
            if let wanted, wanted != current.revision { throw .conflict(kind, key.name) }
            return patched
        }
    }

    /// The newest state of an object, on its way to the engine or there.
    private func newest(_ kind: ResourceKind, _ key: ObjectKey) -> StoredObject? {
        state.withLock { $0.newest(Self.index(of: kind), key) }
    }

    /// Reads an object, changes it and writes it, again when somebody else was faster.
    private func change(
        _ kind: ResourceKind,
        _ key: ObjectKey,
        _ part: ObjectPart,
        _ options: WriteOptions,
        mayRetry: Bool,
        _ body: (StoredObject) throws(StoreError) -> JSONValue
    ) async throws(StoreError) -> WriteResult {
        let rules = WriteRules(kind: kind, families: configuration.ranges.families)
        var attempt = 0
        while true {
            attempt += 1
            guard let current = newest(kind, key) else { throw .notFound(kind, key.name) }
            let old = current.json
            let new = try rules.changed(try body(current), from: old, part: part)
            guard new != old else {
                if !options.isDryRun { try await settle(current.revision) }
                return WriteResult(object: current, isCreated: false)
            }
            // The last finalizer of an object that is being deleted takes the object with it.
            let isEnd = current.isBeingDeleted && rules.mayGo(new)
            let draft = Draft(
                kind: kind,
                key: key,
                json: isEnd ? nil : new,
                expected: .revision(current.revision),
                isDryRun: options.isDryRun
            )
            do throws(StoreError) {
                return WriteResult(object: try await submit(draft), isCreated: false)
            } catch {
                guard error.code == .conflict, mayRetry, attempt < Self.attempts else { throw error }
            }
        }
    }

    /// Waits until a staged revision is durable, so that nobody is told of a state that may be lost.
    private func settle(_ revision: Revision) async throws(StoreError) {
        while true {
            let (committed, head) = state.withLock { ($0.revision, $0.head) }
            if committed >= revision { return }
            guard head >= revision else { throw .storage("a write that this one relies on was lost") }
            try? await Task.sleep(for: .milliseconds(1))
        }
    }
}

extension ObjectStore {
    /// Deletes an object, or notes that it is to go: when it has finalizers, and pods on a node have a grace period.
    /// - Throws: ``StoreError``: `notFound`, `conflict` for a precondition, `storage`.
    public func delete(
        _ kind: ResourceKind,
        _ key: ObjectKey,
        _ options: DeleteOptions = DeleteOptions()
    ) async throws(StoreError) -> DeleteResult {
        let rules = WriteRules(kind: kind, families: configuration.ranges.families)
        var attempt = 0
        while true {
            attempt += 1
            guard let current = newest(kind, key) else { throw .notFound(kind, key.name) }
            try check(options, kind, current)
            let json = current.json
            var draft = Draft(
                kind: kind,
                key: key,
                json: nil,
                expected: .revision(current.revision),
                isDryRun: options.isDryRun
            )
            if let marked = rules.markedForDeletion(json, gracePeriodSeconds: options.gracePeriodSeconds) {
                guard marked != json else {
                    try await settle(current.revision)
                    return DeleteResult(object: current, isGone: false)
                }
                draft.json = marked
            }
            do throws(StoreError) {
                return DeleteResult(object: try await submit(draft), isGone: draft.json == nil)
            } catch {
                guard error.code == .conflict, attempt < Self.attempts else { throw error }
            }
        }
    }

    private func check(_ options: DeleteOptions, _ kind: ResourceKind, _ current: StoredObject) throws(StoreError) {
        let name = current.key.name
        if let uid = options.uid, uid != current.uid {
            let text = "the UID in the precondition (\(uid)) does not match the UID in record (\(current.uid))."
            throw StoreError(.conflict, .conflict(kind, name: name, because: text))
        }
        if let revision = options.revision, revision != current.revision {
            let text =
                "the ResourceVersion in the precondition (\(revision)) does not match the ResourceVersion in record "
                + "(\(current.revision))."
            throw StoreError(.conflict, .conflict(kind, name: name, because: text))
        }
    }

    /// Lets an emptied namespace go: takes the store's own mark off, and with the last one the namespace.
    func finalizeNamespace(_ name: String) async throws(StoreError) {
        guard let current = newest(.namespace, ObjectKey(name: name)), current.isBeingDeleted else { return }
        var namespace = Namespace(unchecked: current.json)
        namespace.contentFinalizers.removeAll { $0 == Namespace.contentFinalizer }
        do throws(StoreError) {
            _ = try await update(.namespace, ObjectKey(name: name), namespace.json, part: .finalize)
        } catch {
            guard error.code == .notFound || error.code == .conflict else { throw error }
        }
    }
}
