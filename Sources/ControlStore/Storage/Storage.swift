/// A position in the history of the store: one number that grows with each committed transaction, as in etcd.
public typealias Revision = Int64

/// What keeps the objects durable: current state, a bounded log of changes, and the last revision.
///
/// Everything else (watch caches, selectors, allocation) is above it and is served from memory, so an engine needs
/// no more than this. An engine assigns the revisions; stored values carry none.
public protocol Storage: Sendable {
    /// Reads everything, once, at the start.
    /// - Throws: ``StoreError`` with code `storage` when the engine can't be read.
    func load() async throws(StoreError) -> StorageState

    /// Writes transactions, all or none, durably; each gets the next revision, in order.
    /// - Returns: the revision of the last one.
    /// - Throws: ``StoreError``: `conflict` when an expected revision does not hold, `storage` when the engine fails.
    ///   Nothing is written then.
    func commit(_ transactions: [[StorageOperation]]) async throws(StoreError) -> Revision

    /// Reads the logged changes above a revision, in order.
    /// - Throws: ``StoreError``: `expired` when the log no longer reaches back that far.
    func changes(since revision: Revision) async throws(StoreError) -> [StorageChange]

    /// Forgets the logged changes up to and including a revision; the current state stays.
    func compact(to revision: Revision) async throws(StoreError)

    /// Ends all use, after which the files may be opened by another process.
    func close() async throws(StoreError)
}

/// Where an object is kept.
public struct StorageKey: Hashable, Sendable, CustomStringConvertible {
    /// The resource with its group, `services` or `endpointslices.discovery.k8s.io`.
    public let resource: String
    /// The namespace; empty for cluster-wide objects.
    public let namespace: String
    /// The object's name.
    public let name: String

    /// Makes a key.
    public init(resource: String, namespace: String, name: String) {
        self.resource = resource
        self.namespace = namespace
        self.name = name
    }

    /// The key as a path, for messages.
    public var description: String { "\(resource)/\(namespace.isEmpty ? "" : namespace + "/")\(name)" }
}

/// A write of one key.
public struct StorageOperation: Hashable, Sendable {
    /// The key that is written.
    public let key: StorageKey
    /// The new value; nil deletes.
    public let value: [UInt8]?
    /// The revision that the key must be at: 0 for "must not exist", nil for any.
    public let expected: Revision?

    /// A write of a value.
    public static func put(_ key: StorageKey, _ value: [UInt8], expected: Revision? = nil) -> StorageOperation {
        StorageOperation(key: key, value: value, expected: expected)
    }

    /// A deletion.
    public static func delete(_ key: StorageKey, expected: Revision? = nil) -> StorageOperation {
        StorageOperation(key: key, value: nil, expected: expected)
    }
}

/// An object at rest.
public struct StorageRecord: Hashable, Sendable {
    /// Where it is kept.
    public let key: StorageKey
    /// The revision of its last write.
    public let revision: Revision
    /// Its JSON text, without the revision.
    public let value: [UInt8]
}

/// One logged change.
public struct StorageChange: Hashable, Sendable {
    /// The revision of the transaction.
    public let revision: Revision
    /// The key that changed.
    public let key: StorageKey
    /// The value after it; nil for a deletion.
    public let value: [UInt8]?
    /// The value before it; nil for a creation.
    public let previous: [UInt8]?
}

/// Everything that an engine holds, without the log.
public struct StorageState: Hashable, Sendable {
    /// The revision of the last transaction.
    public let revision: Revision
    /// Changes up to and including this revision are forgotten.
    public let compacted: Revision
    /// The objects, in no particular order.
    public let records: [StorageRecord]
}
