public import ClusterModel
import JSONTree
public import Logging
import Synchronization

/// The store: Kubernetes objects with Kubernetes semantics, over a storage engine.
///
/// All state is in memory, in one value behind one lock that is held for microseconds: reads look at what is
/// committed, writes are checked against what is staged. One task at a time takes everything that is staged to the
/// engine, as one group, and then publishes it to readers and watchers; a write is acknowledged after that.
public final class ObjectStore: Sendable {
    let state: Mutex<State>
    let storage: any Storage
    let logger: Logger
    /// What was chosen.
    public let configuration: StoreConfiguration

    /// Everything that changes.
    struct State {
        var caches: [WatchCache]
        /// The last committed revision.
        var revision: Revision
        /// The last staged revision.
        var head: Revision
        /// What is staged and not committed yet.
        var staged: [StagedKey: StagedWrite] = [:]
        var queue: [PendingWrite] = []
        var isFlushing = false
        var services: ServiceAllocator
        var nodes: NodeCIDRAllocator
        var waiters: [UInt64: Waiter] = [:]
        var nextWaiter: UInt64 = 0
        var compacted: Revision
        var isClosed = false
    }

    private init(
        storage: any Storage,
        configuration: StoreConfiguration,
        logger: Logger,
        caches: [WatchCache],
        revision: Revision,
        compacted: Revision
    ) {
        self.storage = storage
        self.configuration = configuration
        self.logger = logger
        var state = State(
            caches: caches,
            revision: revision,
            head: revision,
            services: ServiceAllocator(ranges: configuration.ranges.services),
            nodes: NodeCIDRAllocator(ranges: configuration.ranges.pods),
            compacted: compacted
        )
        state.rebuildAllocators(configuration.ranges)
        self.state = Mutex(state)
    }

    /// Reads everything from an engine, and makes what every cluster has: the first namespaces and the Service
    /// `default/kubernetes`.
    /// - Throws: ``StoreError`` with code `storage` when the engine can't be read or written.
    public static func open(
        storage: any Storage,
        configuration: StoreConfiguration,
        logger: Logger
    ) async throws(StoreError) -> ObjectStore {
        let loaded = try await storage.load()
        let changes = try await storage.changes(since: loaded.compacted)
        var loader = StoreLoader(state: loaded, limits: configuration.history)
        try loader.take(loaded.records)
        try loader.replay(changes)
        let store = ObjectStore(
            storage: storage,
            configuration: configuration,
            logger: logger,
            caches: loader.caches,
            revision: loaded.revision,
            compacted: loaded.compacted
        )
        try await store.createFirstObjects()
        return store
    }

    /// The place of a kind's cache.
    static func index(of kind: ResourceKind) -> Int {
        guard let index = ResourceKind.all.firstIndex(where: { $0.kind == kind.kind }) else {
            preconditionFailure("\(kind) is not in ResourceKind.all")
        }
        return index
    }

    /// The last committed revision.
    public var revision: Revision { state.withLock { $0.revision } }

    /// How many objects of a kind there are.
    public func count(of kind: ResourceKind) -> Int {
        state.withLock { $0.caches[Self.index(of: kind)].count }
    }

    /// Ends the store: watches end in order, writes that are staged are finished, new ones are refused.
    /// - Throws: ``StoreError`` with code `storage` when the engine can't be closed in order; nothing is lost then.
    public func close() async throws(StoreError) {
        endWatches()
        while state.withLock({ $0.isFlushing }) { try? await Task.sleep(for: .milliseconds(1)) }
        try await storage.close()
    }
}

extension ObjectStore.State {
    /// Fills the allocators from the committed objects, at the start and when staged writes were lost.
    mutating func rebuildAllocators(_ ranges: ClusterRanges) {
        services = ServiceAllocator(ranges: ranges.services)
        nodes = NodeCIDRAllocator(ranges: ranges.pods)
        for object in caches[ObjectStore.index(of: .service)].objects(in: nil) { services.adopt(object.json) }
        for object in caches[ObjectStore.index(of: .node)].objects(in: nil) { nodes.adopt(object.json) }
    }
}

/// Builds the caches of what an engine holds.
private struct StoreLoader {
    private(set) var caches: [WatchCache]
    private let state: StorageState
    private let limits: WatchCache.Limits
    private var byKey: [StorageKey: StoredObject] = [:]

    init(state: StorageState, limits: WatchCache.Limits) {
        self.state = state
        self.limits = limits
        caches = ResourceKind.all.map { _ in WatchCache(windowStart: state.compacted, limits: limits) }
    }

    /// Takes in the current objects.
    mutating func take(_ records: [StorageRecord]) throws(StoreError) {
        var objects: [[StoredObject]] = ResourceKind.all.map { _ in [] }
        for record in records {
            guard let place = Self.place(of: record.key) else { continue }
            let object = try Self.object(record.key, record.value, record.revision)
            objects[place].append(object)
            byKey[record.key] = object
        }
        caches = objects.map { WatchCache(objects: $0, windowStart: state.compacted, limits: limits) }
    }

    /// Takes in the logged changes, so that watches go on over a restart.
    mutating func replay(_ changes: [StorageChange]) throws(StoreError) {
        var latest: [StorageKey: StoredObject] = [:]
        for change in changes {
            guard let place = Self.place(of: change.key) else { continue }
            var previous = latest[change.key]
            if previous == nil, let value = change.previous {
                previous = try Self.object(change.key, value, change.revision - 1)
            }
            guard let value = change.value else {
                latest[change.key] = nil
                guard let previous else { continue }
                let last = previous.at(revision: change.revision)
                caches[place].remember(WatchEvent(kind: .deleted, object: last, previous: previous))
                continue
            }
            let object: StoredObject
            if let current = byKey[change.key], current.revision == change.revision {
                object = current
            } else {
                object = try Self.object(change.key, value, change.revision)
            }
            latest[change.key] = object
            caches[place].remember(
                WatchEvent(kind: previous == nil ? .added : .modified, object: object, previous: previous)
            )
        }
    }

    private static func place(of key: StorageKey) -> Int? {
        ResourceKind.all.firstIndex { $0.qualifiedPlural == key.resource }
    }

    private static func object(
        _ key: StorageKey,
        _ value: [UInt8],
        _ revision: Revision
    ) throws(StoreError) -> StoredObject {
        guard let kind = ResourceKind.all.first(where: { $0.qualifiedPlural == key.resource }) else {
            throw .storage("stored object \(key) is of an unknown kind")
        }
        do throws(JSONError) {
            return StoredObject(kind, json: try JSONValue(parsing: value), value: value, revision: revision)
        } catch {
            throw .storage("stored object \(key) is damaged: \(error)")
        }
    }
}
