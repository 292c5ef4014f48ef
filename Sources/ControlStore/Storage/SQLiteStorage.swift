import ClusterModel
import GRDB

/// A storage engine in one SQLite file, for one process.
///
/// The log is written ahead (WAL) and synced before a commit is acknowledged (`synchronous = FULL`), so neither a
/// SIGKILL nor a power cut loses what was acknowledged.
public final class SQLiteStorage: Storage {
    private let queue: DatabaseQueue
    private let path: String

    /// Rows removed per transaction while compacting, so that writers never wait long behind it.
    private static let compactionStep = 500

    /// Opens a database file, making it when it is missing.
    /// - Parameter path: the file; its directory must exist.
    /// - Throws: ``StoreError`` with code `storage` when the file can't be opened, or is no database of ours.
    public init(path: String) throws(StoreError) {
        self.path = path
        do {
            var configuration = Configuration()
            configuration.label = "weft-store"
            configuration.prepareDatabase { database in try SQLiteSchema.configure(database) }
            queue = try DatabaseQueue(path: path, configuration: configuration)
            try queue.writeWithoutTransaction { database in try SQLiteSchema.create(in: database) }
        } catch let error as StoreError {
            throw error
        } catch {
            throw .storage("open", path: path, error)
        }
    }

    /// Runs a write transaction, mapping the engine's errors.
    private func write<Value: Sendable>(
        _ operation: String,
        _ body: @Sendable (Database) throws -> Value
    ) async throws(StoreError) -> Value {
        do {
            return try await queue.write(body)
        } catch let error as StoreError {
            throw error
        } catch {
            throw .storage(operation, path: path, error)
        }
    }

    /// Reads everything, once, at the start.
    public func load() async throws(StoreError) -> StorageState {
        try await write("read") { database in
            var records: [StorageRecord] = []
            let sql = "SELECT resource, namespace, name, revision, value FROM objects"
            let rows = try Row.fetchCursor(database, sql: sql)
            while let row = try rows.next() {
                records.append(
                    StorageRecord(key: row.storageKey, revision: row["revision"], value: row.bytes("value") ?? [])
                )
            }
            return StorageState(
                revision: try SQLiteSchema.counter(.revision, in: database),
                compacted: try SQLiteSchema.counter(.compacted, in: database),
                records: records
            )
        }
    }

    /// Writes transactions, all or none, durably.
    public func commit(_ transactions: [[StorageOperation]]) async throws(StoreError) -> Revision {
        try await write("write") { database in
            var revision = try SQLiteSchema.counter(.revision, in: database)
            for transaction in transactions {
                revision += 1
                for (position, operation) in transaction.enumerated() {
                    try Self.apply(operation, revision: revision, position: position, in: database)
                }
            }
            try SQLiteSchema.setCounter(.revision, revision, in: database)
            return revision
        }
    }

    private static func apply(
        _ operation: StorageOperation,
        revision: Revision,
        position: Int,
        in database: Database
    ) throws {
        let key = operation.key
        let place: [any DatabaseValueConvertible] = [key.resource, key.namespace, key.name]
        if let expected = operation.expected {
            let present = try Int64.fetchOne(
                database.cachedStatement(
                    sql: "SELECT revision FROM objects WHERE resource = ? AND namespace = ? AND name = ?"
                ),
                arguments: StatementArguments(place)
            )
            guard (present ?? 0) == expected else {
                throw StoreError(.conflict, .badRequest("\(key) is at revision \(present ?? 0), not at \(expected)"))
            }
        }
        let value = operation.value?.databaseBytes
        try database.cachedStatement(sql: SQLiteSchema.insertChange).execute(
            arguments: StatementArguments([revision, position] + place + [value] + place)
        )
        if let value {
            try database.cachedStatement(sql: SQLiteSchema.putObject).execute(
                arguments: StatementArguments(place + [revision, value])
            )
        } else {
            try database.cachedStatement(sql: SQLiteSchema.deleteObject).execute(arguments: StatementArguments(place))
        }
    }

    /// Reads the logged changes above a revision, in order.
    public func changes(since revision: Revision) async throws(StoreError) -> [StorageChange] {
        try await write("read") { database in
            let compacted = try SQLiteSchema.counter(.compacted, in: database)
            guard revision >= compacted else {
                throw StoreError(.expired, .watchExpired(requested: revision, oldest: compacted))
            }
            var changes: [StorageChange] = []
            let sql = "SELECT * FROM changes WHERE revision > ? ORDER BY revision, position"
            let rows = try Row.fetchCursor(database, sql: sql, arguments: [revision])
            while let row = try rows.next() {
                changes.append(
                    StorageChange(
                        revision: row["revision"],
                        key: row.storageKey,
                        value: row.bytes("value"),
                        previous: row.bytes("previous")
                    )
                )
            }
            return changes
        }
    }

    /// Forgets the logged changes up to and including a revision, in small transactions.
    public func compact(to revision: Revision) async throws(StoreError) {
        // The mark is written first: a crash in between leaves rows that the next compaction removes.
        try await write("compact") { database in
            let target = min(revision, try SQLiteSchema.counter(.revision, in: database))
            guard target > (try SQLiteSchema.counter(.compacted, in: database)) else { return }
            try SQLiteSchema.setCounter(.compacted, target, in: database)
        }
        var removed = 0
        repeat {
            removed = try await write("compact") { database in
                try database.cachedStatement(sql: SQLiteSchema.trimChanges).execute(
                    arguments: [try SQLiteSchema.counter(.compacted, in: database), Self.compactionStep])
                let count = database.changesCount
                if count > 0 { try database.execute(sql: "PRAGMA incremental_vacuum(\(Self.compactionStep))") }
                return count
            }
        } while removed == Self.compactionStep
    }

    /// Ends all use, folding the write-ahead log into the file.
    public func close() async throws(StoreError) {
        do {
            try await queue.writeWithoutTransaction { database in
                _ = try Row.fetchAll(database, sql: "PRAGMA wal_checkpoint(TRUNCATE)")
            }
            try queue.close()
        } catch {
            throw .storage("close", path: path, error)
        }
    }

    /// The connection's `PRAGMA synchronous`: 2 is FULL.
    func synchronousMode() async throws(StoreError) -> Int {
        try await write("read") { database in try Int.fetchOne(database, sql: "PRAGMA synchronous") ?? -1 }
    }
}
