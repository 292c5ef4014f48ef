public import ClusterModel

/// All objects of one resource, and its newest changes: what every list and watch is served from.
///
/// A value without locks, clocks and files. The store applies each committed change to it, in order.
public struct WatchCache: Sendable {
    /// How much history is kept.
    public struct Limits: Sendable {
        /// Events kept at most.
        public var events = 8192
        /// Bytes of JSON in them at most; a few events are kept whatever their size.
        public var bytes = 32 << 20

        /// Makes the default limits.
        public init() {}
    }

    /// The objects as they are now.
    private(set) var objects: SortedObjects
    private var ring: EventRing
    /// The history is complete above this revision.
    public private(set) var windowStart: Revision

    /// Makes a cache of what was loaded; every change above `windowStart` will be applied to it.
    public init(objects: [StoredObject] = [], windowStart: Revision, limits: Limits = Limits()) {
        self.objects = SortedObjects(objects)
        self.windowStart = windowStart
        ring = EventRing(countLimit: limits.events, byteLimit: limits.bytes)
    }

    /// How many objects there are.
    public var count: Int { objects.all.count }

    /// The object of a name.
    public subscript(key: ObjectKey) -> StoredObject? { objects[key] }

    /// Takes in a created or changed object.
    public mutating func put(_ object: StoredObject) {
        let previous = objects.put(object)
        remember(WatchEvent(kind: previous == nil ? .added : .modified, object: object, previous: previous))
    }

    /// Takes in a deletion.
    public mutating func remove(_ key: ObjectKey, at revision: Revision) {
        guard let previous = objects.remove(key) else { return }
        remember(WatchEvent(kind: .deleted, object: previous.at(revision: revision), previous: previous))
    }

    /// Adds an event to the history alone, as it is read back from the log at the start.
    mutating func remember(_ event: WatchEvent) {
        if let dropped = ring.append(event) { windowStart = max(windowStart, dropped) }
    }

    /// Whether something changed above a revision.
    func hasChange(after revision: Revision) -> Bool { (ring.newest ?? 0) > revision || revision < windowStart }

    /// The oldest changes above a revision.
    /// - Throws: `expired` when the history no longer reaches back that far.
    public func events(after revision: Revision, limit: Int = 128) throws(StoreError) -> [WatchEvent] {
        guard revision >= windowStart else {
            throw StoreError(.expired, .watchExpired(requested: revision, oldest: windowStart))
        }
        return ring.after(revision, limit: limit)
    }

    /// The objects of a namespace (all for nil) as they were at a revision, sorted by namespace and name.
    ///
    /// The state of the past is the present one with the changes since then undone.
    /// - Throws: `expired` when the history no longer reaches back that far.
    public func objects(in namespace: String?, at revision: Revision) throws(StoreError) -> ArraySlice<StoredObject> {
        guard let newest = ring.newest, newest > revision else {
            // Nothing has changed since, unless the history was cut off in between.
            guard revision >= windowStart else { throw Self.tooOldForList }
            return objects.inNamespace(namespace)
        }
        guard revision >= windowStart else { throw Self.tooOldForList }
        var past = objects
        for event in ring.newestFirst(after: revision) {
            if let previous = event.previous { past.put(previous) } else { past.remove(event.object.key) }
        }
        return past.inNamespace(namespace)
    }

    /// The objects of a namespace (all for nil) as they are now.
    public func objects(in namespace: String?) -> ArraySlice<StoredObject> { objects.inNamespace(namespace) }

    private static var tooOldForList: StoreError { StoreError(.expired, .listExpired) }
}
