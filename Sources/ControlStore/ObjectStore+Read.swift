public import ClusterModel
import Synchronization

/// A list, or a page of one.
public struct ListPage: Sendable {
    /// The revision of the state that is listed.
    public let revision: Revision
    /// The objects, sorted by namespace and name.
    public let objects: [StoredObject]
    /// Where to go on; nil when this is the end.
    public let continuation: ContinueToken?
    /// How many are left behind this page; nil when that is not known.
    public let remaining: Int?

    /// Makes a page.
    public init(revision: Revision, objects: [StoredObject], continuation: ContinueToken?, remaining: Int?) {
        self.revision = revision
        self.objects = objects
        self.continuation = continuation
        self.remaining = remaining
    }
}

extension ObjectStore {
    /// Reads one object, from memory, of a state that is not older than a revision.
    /// - Throws: ``StoreError``: `notFound`, or `tooLargeRevision` when the revision does not come in time.
    public func get(
        _ kind: ResourceKind,
        _ key: ObjectKey,
        notOlderThan revision: Revision? = nil
    ) async throws(StoreError) -> StoredObject {
        try await waitForRevision(revision)
        guard let object = find(kind, key) else { throw .notFound(kind, key.name) }
        return object
    }

    /// Looks an object up, from memory; nil when there is none.
    public func find(_ kind: ResourceKind, _ key: ObjectKey) -> StoredObject? {
        state.withLock { $0.caches[Self.index(of: kind)][key] }
    }

    /// Lists objects, from memory.
    /// - Throws: ``StoreError``: `expired` when the asked state is gone, `tooLargeRevision` when it does not come.
    public func list(
        _ kind: ResourceKind,
        _ selection: ObjectSelection = ObjectSelection(),
        _ options: ListOptions = ListOptions()
    ) async throws(StoreError) -> ListPage {
        try await waitForRevision(options.revision)
        let (revision, whole) = try snapshot(kind, selection, options)
        let objects = options.continuation.map { whole[Self.place(after: $0.last, in: whole)...] } ?? whole
        // A list of any state is taken whole from memory, as the API server does it.
        let limit = options.revision == 0 && options.match == nil && options.continuation == nil ? 0 : options.limit
        var page: [StoredObject] = []
        var rest = objects.startIndex
        while rest < objects.endIndex, limit == 0 || page.count < limit {
            if selection.matches(objects[rest]) { page.append(objects[rest]) }
            rest += 1
        }
        let hasMore = objects[rest...].contains(where: selection.matches)
        guard hasMore, let last = page.last else {
            return ListPage(revision: revision, objects: page, continuation: nil, remaining: nil)
        }
        return ListPage(
            revision: revision,
            objects: page,
            continuation: ContinueToken(revision: revision, last: last.key),
            remaining: selection.isWhole ? objects.endIndex - rest : nil
        )
    }

    /// The first object behind a key.
    private static func place(after key: ObjectKey, in objects: ArraySlice<StoredObject>) -> Int {
        var low = objects.startIndex
        var high = objects.endIndex
        while low < high {
            let middle = (low + high) / 2
            if key < objects[middle].key { high = middle } else { low = middle + 1 }
        }
        return low
    }

    private func snapshot(
        _ kind: ResourceKind,
        _ selection: ObjectSelection,
        _ options: ListOptions
    ) throws(StoreError) -> (Revision, ArraySlice<StoredObject>) {
        let index = Self.index(of: kind)
        let wanted = options.continuation.map(\.revision) ?? (options.match == .exact ? options.revision : nil)
        guard let wanted else {
            return state.withLock { ($0.revision, $0.caches[index].objects(in: selection.namespace)) }
        }
        // The past is worked out without the lock, from a copy that shares its memory with the cache.
        let cache = state.withLock { $0.caches[index] }
        do throws(StoreError) {
            return (wanted, try cache.objects(in: selection.namespace, at: wanted))
        } catch {
            guard let last = options.continuation?.last else { throw error }
            let token = ContinueToken(revision: nil, last: last).text
            let message =
                "The provided continue parameter is too old to display a consistent list result. "
                + "You can start a new list without the continue parameter, or use the continue token in this response "
                + "to retrieve the remainder of the results. Continuing with the provided token results in an "
                + "inconsistent list - objects that were created, modified, or deleted between the time the first "
                + "chunk was returned and now may show up in the list."
            throw StoreError(.expired, .expired(message, continueToken: token))
        }
    }

    /// Waits until a revision is there.
    /// - Throws: ``StoreError`` with code `tooLargeRevision` when it does not come in time.
    func waitForRevision(_ wanted: Revision?) async throws(StoreError) {
        guard let wanted, wanted > revision else { return }
        // Seldom: a revision from the future comes only from a client of an earlier life of the store.
        let end = ContinuousClock.now + configuration.revisionWait
        while ContinuousClock.now < end {
            try? await Task.sleep(for: .milliseconds(20))
            if wanted <= revision { return }
            if Task.isCancelled { break }
        }
        throw StoreError(.tooLargeRevision, .tooLargeResourceVersion(requested: wanted, current: revision))
    }
}
