import ClusterModel

/// What an informer holds: the queue, the cache, and who waits.
struct InformerState<Object: APIObject> {
    var store: IndexedStore<Object>
    var handlers: [SharedInformer<Object>.Handler] = []
    var batchHandlers: [SharedInformer<Object>.BatchHandler] = []
    var waiters: [UInt64: CheckedContinuation<Void, any Error>] = [:]
    private(set) var hasSynced = false
    private(set) var lastResourceVersion = ""
    private var queue = DeltaFIFO<Object>()
    private var lastWaiterID: UInt64 = 0
    /// The keys of the list that is being told, so far.
    private var listing: Set<ObjectKey> = []
    /// What is kept of an object.
    private let kept: @Sendable (Object) -> Object

    init(store: IndexedStore<Object>, keeping kept: @escaping @Sendable (Object) -> Object = { $0 }) {
        self.store = store
        self.kept = kept
    }

    mutating func newWaiterID() -> UInt64 {
        lastWaiterID += 1
        return lastWaiterID
    }

    mutating func listed(_ objects: [Object], isFirst: Bool) {
        if isFirst { listing = [] }
        let keyed = objects.map { (key: $0.key, object: $0) }
        for (key, _) in keyed { listing.insert(key) }
        queue.listed(keyed)
    }

    mutating func listEnded(resourceVersion: String) {
        queue.listEnded(present: listing, known: store.objects.keys)
        listing = []
        lastResourceVersion = resourceVersion
    }

    mutating func apply(_ event: WatchEvent<Object>) {
        switch event {
        case .added(let object):
            queue.add(object, key: object.key)
            lastResourceVersion = object.resourceVersion
        case .modified(let object):
            queue.update(object, key: object.key)
            lastResourceVersion = object.resourceVersion
        case .deleted(let object):
            queue.delete(object, key: object.key)
            lastResourceVersion = object.resourceVersion
        case .bookmark(let resourceVersion):
            lastResourceVersion = resourceVersion
        }
    }

    mutating func resync() { queue.resync(store.objects.lazy.map { (key: $0.key, value: $0.value) }) }

    /// Takes some entries of the queue into the cache, and returns what handlers shall see; `nil` when none waits.
    mutating func take(atMost limit: Int) -> [InformerEvent<Object>]? {
        guard var events = take() else { return nil }
        for _ in 1..<limit {
            guard let more = take() else { break }
            events += more
        }
        return events
    }

    private mutating func take() -> [InformerEvent<Object>]? {
        let isInInitialList = !queue.hasSynced
        guard let (key, deltas) = queue.pop() else { return nil }
        return deltas.compactMap { take($0, key, isInInitialList) }
    }

    /// The waiters to resume, once: when everything of the first list was taken and handled.
    mutating func waitersWhenSynced() -> [CheckedContinuation<Void, any Error>] {
        guard queue.hasSynced else { return [] }
        hasSynced = true
        defer { waiters = [:] }
        return Array(waiters.values)
    }

    private mutating func take(
        _ delta: DeltaFIFO<Object>.Delta,
        _ key: ObjectKey,
        _ isInInitialList: Bool
    ) -> InformerEvent<Object>? {
        switch delta {
        case .added(let object), .updated(let object):
            return stored(object, key, isInInitialList)
        case .replaced(let object):
            // A list shows everything again; what didn't change is no news.
            if let known = store[key], known.resourceVersion == object.resourceVersion, !object.resourceVersion.isEmpty
            {
                return nil
            }
            return stored(object, key, isInInitialList)
        case .sync:
            guard let known = store[key] else { return nil }
            return .updated(old: known, new: known)
        case .deleted(let object):
            guard let known = store.remove(key) else { return nil }
            return .deleted(object ?? known)
        }
    }

    private mutating func stored(_ object: Object, _ key: ObjectKey, _ isInInitialList: Bool) -> InformerEvent<Object> {
        guard let old = store.set(kept(object), for: key) else {
            return .added(object, isInInitialList: isInInitialList)
        }
        return .updated(old: old, new: object)
    }
}
