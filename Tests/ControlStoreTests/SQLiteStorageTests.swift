import ClusterModel
import GRDB
import Testing

@testable import ControlStore

struct SQLiteStorageTests {
    private func key(_ name: String) -> StorageKey { StorageKey(resource: "pods", namespace: "ns", name: name) }

    private func withStorage(_ body: (SQLiteStorage, String) async throws -> Void) async throws {
        try await withDirectory { directory in
            let path = "\(directory)/store.sqlite"
            try await body(try SQLiteStorage(path: path), path)
        }
    }

    @Test func committedTransactionsAreReadBack() async throws {
        try await withStorage { storage, path in
            #expect(try await storage.load() == StorageState(revision: 0, compacted: 0, records: []))
            let last = try await storage.commit([
                [.put(key("a"), [1]), .put(key("b"), [2])], [.put(key("a"), [3], expected: 1)], [.delete(key("b"))],
            ])
            #expect(last == 3)
            try await storage.close()
            let again = try SQLiteStorage(path: path)
            let state = try await again.load()
            #expect(state.revision == 3)
            #expect(state.records == [StorageRecord(key: key("a"), revision: 2, value: [3])])
            #expect(
                try await again.changes(since: 0) == [
                    StorageChange(revision: 1, key: key("a"), value: [1], previous: nil),
                    StorageChange(revision: 1, key: key("b"), value: [2], previous: nil),
                    StorageChange(revision: 2, key: key("a"), value: [3], previous: [1]),
                    StorageChange(revision: 3, key: key("b"), value: nil, previous: [2]),
                ]
            )
        }
    }

    @Test(arguments: [("a", 0), ("a", 7), ("x", 1)] as [(String, Revision)])
    func failedExpectationWritesNothing(name: String, expected: Revision) async throws {
        let operation = StorageOperation.put(key(name), [9], expected: expected)
        try await withStorage { storage, _ in
            _ = try await storage.commit([[.put(key("a"), [1])]])
            let code = await errorCode { _ = try await storage.commit([[.put(key("b"), [2])], [operation]]) }
            #expect(code == .conflict)
            let state = try await storage.load()
            #expect(state.revision == 1)
            #expect(state.records.map(\.key.name) == ["a"])
        }
    }

    @Test func compactionForgetsOldChangesOnly() async throws {
        try await withStorage { storage, _ in
            for number in 0..<1200 {
                _ = try await storage.commit([[.put(key("k\(number % 10)"), [UInt8(number % 256)])]])
            }
            try await storage.compact(to: 1150)
            let state = try await storage.load()
            #expect(state.revision == 1200)
            #expect(state.compacted == 1150)
            #expect(state.records.count == 10)
            #expect(try await storage.changes(since: 1150).map(\.revision) == Array(1151...1200))
            #expect(await errorCode { _ = try await storage.changes(since: 1149) } == .expired)
            // Never back, and never beyond what there is.
            try await storage.compact(to: 5)
            try await storage.compact(to: 99_999)
            #expect(try await storage.load().compacted == 1200)
        }
    }

    @Test func fileOfAnotherLayoutOrNoneIsRefused() async throws {
        try await withDirectory { directory in
            let path = "\(directory)/store.sqlite"
            try await SQLiteStorage(path: path).close()
            let queue = try DatabaseQueue(path: path)
            try await queue.write { try $0.execute(sql: "UPDATE counters SET value = 99 WHERE name = 'schema'") }
            try queue.close()
            #expect(throws: StoreError.self) { try SQLiteStorage(path: path) }
            let error = #expect(throws: StoreError.self) {
                try SQLiteStorage(path: "\(directory)/missing/store.sqlite")
            }
            #expect(error?.code == .storage)
        }
    }

    @Test func everyCommitIsSynced() async throws {
        try await withStorage { storage, path in
            _ = storage
            let queue = try DatabaseQueue(path: path)
            #expect(try await queue.read { try String.fetchOne($0, sql: "PRAGMA journal_mode") } == "wal")
            #expect(try await queue.read { try Int.fetchOne($0, sql: "PRAGMA auto_vacuum") } == 2)
            #expect(try await storage.synchronousMode() == 2)
        }
    }
}

struct DataDirectoryTests {
    @Test func secondHolderIsRefused() async throws {
        try await withDirectory { directory in
            let path = "\(directory)/deep/data"
            do {
                let first = try DataDirectory(path: path)
                #expect(await errorCode { _ = try DataDirectory(path: path) } == .locked)
                #expect(first.path == path)
            }
            _ = try DataDirectory(path: path)
        }
    }
}
