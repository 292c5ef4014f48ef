public import ClusterModel

/// A local copy of a collection, with indices that are kept up to date: a value, so that a copy is a snapshot.
public struct IndexedStore<Object: Sendable>: Sendable {
    /// Under which values an object is found in an index.
    public typealias Indexer = @Sendable (Object) -> [String]

    private let indexers: [String: Indexer]
    private var indices: [String: [String: Set<ObjectKey>]] = [:]
    /// All objects by namespace and name.
    public private(set) var objects: [ObjectKey: Object] = [:]

    /// An empty store with the indices that `indexers` name.
    public init(indexers: [String: Indexer] = [:]) {
        self.indexers = indexers
    }

    /// How many objects it holds.
    public var count: Int { objects.count }

    /// One object.
    public subscript(key: ObjectKey) -> Object? { objects[key] }

    /// The keys of the objects that `index` holds under `value`; none for an unknown index.
    public func keys(index: String, value: String) -> Set<ObjectKey> { indices[index]?[value] ?? [] }

    /// The objects that `index` holds under `value`, in the order of their keys.
    public func objects(index: String, value: String) -> [Object] {
        keys(index: index, value: value).sorted().compactMap { objects[$0] }
    }

    /// All values that `index` has objects for.
    public func values(index: String) -> [String] { (indices[index] ?? [:]).keys.sorted() }

    /// Adds or replaces an object, and returns the one before.
    @discardableResult
    public mutating func set(_ object: Object, for key: ObjectKey) -> Object? {
        let old = objects.updateValue(object, forKey: key)
        for (name, indexer) in indexers {
            let before = old.map { Set(indexer($0)) } ?? []
            let after = Set(indexer(object))
            for value in before.subtracting(after) { unlink(key, index: name, value: value) }
            for value in after.subtracting(before) { indices[name, default: [:]][value, default: []].insert(key) }
        }
        return old
    }

    /// Removes an object, and returns it.
    @discardableResult
    public mutating func remove(_ key: ObjectKey) -> Object? {
        guard let old = objects.removeValue(forKey: key) else { return nil }
        for (name, indexer) in indexers {
            for value in indexer(old) { unlink(key, index: name, value: value) }
        }
        return old
    }

    /// An index entry without objects is removed, so that values that come and go leave nothing behind.
    private mutating func unlink(_ key: ObjectKey, index: String, value: String) {
        indices[index]?[value]?.remove(key)
        if indices[index]?[value]?.isEmpty ?? false { indices[index]?[value] = nil }
    }
}
