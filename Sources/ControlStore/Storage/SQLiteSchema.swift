import Foundation
import GRDB

/// The tables of the store's file, and the statements on them.
///
/// `objects` is the current state, keyed, so that nothing is ever derived from history; `changes` is the bounded log
/// from which watchers can go on after a restart; `counters` holds the revisions.
enum SQLiteSchema {
    /// A number kept in `counters`.
    enum Counter: String {
        case schema, revision, compacted
    }

    /// The layout that this program writes.
    static let version: Int64 = 1

    static let insertChange = """
        INSERT INTO changes (revision, position, resource, namespace, name, value, previous)
        VALUES (?, ?, ?, ?, ?, ?,
            (SELECT value FROM objects WHERE resource = ? AND namespace = ? AND name = ?))
        """
    static let putObject = """
        INSERT INTO objects (resource, namespace, name, revision, value) VALUES (?, ?, ?, ?, ?)
        ON CONFLICT (resource, namespace, name) DO UPDATE SET revision = excluded.revision, value = excluded.value
        """
    static let deleteObject = "DELETE FROM objects WHERE resource = ? AND namespace = ? AND name = ?"
    static let trimChanges = """
        DELETE FROM changes WHERE rowid IN (SELECT rowid FROM changes WHERE revision <= ? ORDER BY revision LIMIT ?)
        """

    /// Sets a new connection up.
    static func configure(_ database: Database) throws {
        // auto_vacuum has its effect only on a file that has no table yet.
        try database.execute(sql: "PRAGMA auto_vacuum = INCREMENTAL")
        _ = try String.fetchOne(database, sql: "PRAGMA journal_mode = WAL")
        try database.execute(
            sql: """
                PRAGMA synchronous = FULL;
                PRAGMA journal_size_limit = 67108864;
                PRAGMA cache_size = -16384;
                """
        )
    }

    /// Makes the tables when they are missing, and refuses a file of another layout.
    static func create(in database: Database) throws {
        try database.inTransaction {
            try database.execute(
                sql: """
                    CREATE TABLE IF NOT EXISTS counters (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
                    CREATE TABLE IF NOT EXISTS objects (
                        resource TEXT NOT NULL, namespace TEXT NOT NULL, name TEXT NOT NULL,
                        revision INTEGER NOT NULL, value BLOB NOT NULL,
                        PRIMARY KEY (resource, namespace, name));
                    CREATE TABLE IF NOT EXISTS changes (
                        revision INTEGER NOT NULL, position INTEGER NOT NULL,
                        resource TEXT NOT NULL, namespace TEXT NOT NULL, name TEXT NOT NULL,
                        value BLOB, previous BLOB,
                        PRIMARY KEY (revision, position));
                    """
            )
            let found = try counter(.schema, in: database)
            guard found == 0 || found == version else {
                throw StoreError.storage("the data directory has layout \(found), this program knows layout \(version)")
            }
            if found == 0 { try setCounter(.schema, version, in: database) }
            return .commit
        }
    }

    static func counter(_ counter: Counter, in database: Database) throws -> Int64 {
        let statement = try database.cachedStatement(sql: "SELECT value FROM counters WHERE name = ?")
        return try Int64.fetchOne(statement, arguments: [counter.rawValue]) ?? 0
    }

    static func setCounter(_ counter: Counter, _ value: Int64, in database: Database) throws {
        let statement = try database.cachedStatement(
            sql: "INSERT INTO counters VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value"
        )
        try statement.execute(arguments: [counter.rawValue, value])
    }
}

extension Row {
    var storageKey: StorageKey {
        StorageKey(resource: self["resource"], namespace: self["namespace"], name: self["name"])
    }

    func bytes(_ column: String) -> [UInt8]? {
        let data: Data? = self[column]
        return data.map { [UInt8]($0) }
    }
}

extension [UInt8] {
    /// The bytes as GRDB takes a BLOB.
    var databaseBytes: Data { Data(self) }
}
