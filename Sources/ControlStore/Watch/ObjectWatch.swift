public import ClusterModel
import Synchronization

/// What a watch tells next.
public enum WatchStep: Sendable {
    /// Changes, in order, at least one.
    case events([(kind: WatchEvent.Kind, object: StoredObject)])
    /// Everything up to this revision was told; `isInitialEnd` marks the end of the initial objects.
    case bookmark(Revision, isInitialEnd: Bool)
    /// The watch is over, in order.
    case end
}

/// A watch: a place in the shared history of one resource, and a selection.
///
/// It keeps no queue. Whoever reads slowly falls behind, and when the history moves past its place, the watch ends with
/// `expired`: a slow client costs no memory.
public struct ObjectWatch: Sendable {
    /// How many objects or changes are told at a time.
    static let stepSize = 128

    private let store: ObjectStore
    private let kind: Int
    private let selection: ObjectSelection
    private var place: Revision
    private var initial: ArraySlice<StoredObject>
    private var owesInitialEnd: Bool
    private let hasBookmarks: Bool
    private var nextBookmark: ContinuousClock.Instant
    /// When it ends by itself.
    public let end: ContinuousClock.Instant

    fileprivate init(
        store: ObjectStore,
        kind: Int,
        selection: ObjectSelection,
        place: Revision,
        initial: ArraySlice<StoredObject>,
        options: ListOptions
    ) {
        self.store = store
        self.kind = kind
        self.selection = selection
        self.place = place
        self.initial = initial
        hasBookmarks = options.allowBookmarks
        owesInitialEnd = options.sendInitialEvents == true && options.allowBookmarks
        let now = ContinuousClock.now
        let seconds = options.timeoutSeconds ?? Int.random(in: store.configuration.watchSeconds)
        end = now + .seconds(seconds)
        nextBookmark = now
        nextBookmark = self.bookmark(after: now)
    }

    /// The next bookmark's time: at the interval, and shortly before the end.
    private func bookmark(after now: ContinuousClock.Instant) -> ContinuousClock.Instant {
        let last = end - store.configuration.bookmarkLead
        return now < last ? min(now + store.configuration.bookmarkInterval, last) : end
    }

    /// What there is to tell next; waits for it.
    /// - Throws: ``StoreError`` with code `expired` when the watch has fallen behind the history.
    public mutating func next() async throws(StoreError) -> WatchStep {
        while !initial.isEmpty {
            let chunk = initial.prefix(Self.stepSize)
            initial = initial.dropFirst(Self.stepSize)
            let matching = chunk.filter(selection.matches)
            if !matching.isEmpty { return .events(matching.map { (.added, $0) }) }
        }
        if owesInitialEnd {
            owesInitialEnd = false
            return .bookmark(place, isInitialEnd: true)
        }
        while true {
            if let step = try await nextChange() { return step }
        }
    }

    private mutating func nextChange() async throws(StoreError) -> WatchStep? {
        let (events, revision) = try store.changes(kind, after: place)
        if let last = events.last {
            place = last.revision
            let seen = events.compactMap { $0.seen(through: selection) }
            return seen.isEmpty ? nil : .events(seen)
        }
        place = max(place, revision)
        let now = ContinuousClock.now
        // The last bookmark comes even when it is late: it spares the client a new list.
        if hasBookmarks, now >= nextBookmark, nextBookmark < end {
            nextBookmark = bookmark(after: now)
            return .bookmark(place, isInitialEnd: false)
        }
        if now >= end { return .end }
        switch await store.wait([kind], selection, after: place, until: hasBookmarks ? min(nextBookmark, end) : end) {
        case .changed(let revision), .deadline(let revision): place = max(place, revision)
        case .closed, .cancelled: return .end
        }
        return nil
    }
}

extension ObjectStore {
    /// The oldest changes above a revision, and the revision up to which that is all if there are none.
    func changes(_ kind: Int, after revision: Revision) throws(StoreError) -> ([WatchEvent], Revision) {
        try state.withLock { state throws(StoreError) in
            (try state.caches[kind].events(after: revision, limit: ObjectWatch.stepSize), state.revision)
        }
    }

    /// Begins a watch.
    ///
    /// Without a revision, or at 0, it begins with all present objects as added ones.
    /// - Throws: ``StoreError``: `expired` when the history does not reach back to the revision (a client is told so in
    ///   the stream), `tooLargeRevision` when initial objects are asked for at a revision that does not come.
    public func watch(
        _ kind: ResourceKind,
        _ selection: ObjectSelection = ObjectSelection(),
        _ options: ListOptions = ListOptions()
    ) async throws(StoreError) -> ObjectWatch {
        let wantsInitial = options.sendInitialEvents ?? ((options.revision ?? 0) == 0)
        if options.sendInitialEvents == true { try await waitForRevision(options.revision) }
        let index = Self.index(of: kind)
        let (initial, revision) = try state.withLock { state throws(StoreError) in
            guard !state.isClosed else { throw .shuttingDown }
            if wantsInitial { return (state.caches[index].objects(in: selection.namespace), state.revision) }
            let place = options.revision.flatMap { $0 == 0 ? nil : $0 } ?? state.revision
            _ = try state.caches[index].events(after: place, limit: 1)
            return ([], place)
        }
        return ObjectWatch(
            store: self,
            kind: index,
            selection: selection,
            place: revision,
            initial: initial,
            options: options
        )
    }
}
