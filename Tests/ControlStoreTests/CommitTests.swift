import ClusterModel
import JSONTree
import Synchronization
import Testing

@testable import ControlStore

/// A storage engine in memory whose commits can be held back, and fail.
final class ScriptedStorage: Storage {
    private struct State {
        var revision: Revision = 0
        var groups: [Int] = []
        var isHeld = false
        var fails = false
    }

    private let state = Mutex(State())

    var groups: [Int] { state.withLock { $0.groups } }
    func hold(_ isHeld: Bool) { state.withLock { $0.isHeld = isHeld } }
    func fail(_ fails: Bool) { state.withLock { $0.fails = fails } }

    func load() async throws(StoreError) -> StorageState {
        StorageState(revision: 0, compacted: 0, records: [])
    }

    func commit(_ transactions: [[StorageOperation]]) async throws(StoreError) -> Revision {
        while state.withLock({ $0.isHeld }) { try? await Task.sleep(for: .milliseconds(1)) }
        let result = state.withLock { state -> Revision? in
            guard !state.fails else { return nil }
            state.groups.append(transactions.count)
            state.revision += Revision(transactions.count)
            return state.revision
        }
        guard let result else { throw .storage("the disk is full") }
        return result
    }

    func changes(since revision: Revision) async throws(StoreError) -> [StorageChange] { [] }
    func compact(to revision: Revision) async throws(StoreError) {}
    func close() async throws(StoreError) {}
}

/// Something that was done, seen from another task.
final class Flag: Sendable {
    private let state = Mutex(false)

    var isRaised: Bool { state.withLock { $0 } }
    func raise() { state.withLock { $0 = true } }
}

struct CommitTests {
    private let spec: JSONValue = ["spec": ["ports": [["port": 80]]]]

    private func open(_ storage: ScriptedStorage) async throws -> ObjectStore {
        let ranges = try ClusterRanges(services: "10.96.0.0/16", pods: "10.244.0.0/16")
        return try await ObjectStore.open(
            storage: storage,
            configuration: StoreConfiguration(ranges: ranges),
            logger: .silent
        )
    }

    @Test func waitingWritesAreCommittedAsOneGroup() async throws {
        let storage = ScriptedStorage()
        let store = try await open(storage)
        let before = storage.groups.count
        storage.hold(true)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<50 { group.addTask { try await store.make(.service, "s\(number)", spec) } }
            #expect(try await eventually { store.state.withLock { $0.head } == 55 })
            storage.hold(false)
            try await group.waitForAll()
        }
        #expect(storage.groups.dropFirst(before).reduce(0, +) == 50)
        // The first is alone, or with those that came before it was taken; the others go together.
        #expect(storage.groups.count - before <= 3)
    }

    @Test func nothingIsVisibleBeforeItIsDurable() async throws {
        let storage = ScriptedStorage()
        let store = try await open(storage)
        storage.hold(true)
        let key = ObjectKey(namespace: "default", name: "a")
        async let write = store.make(.service, "a", spec)
        #expect(try await eventually { store.state.withLock { $0.head } == 6 })
        #expect(store.find(.service, key) == nil)
        #expect(store.revision == 5)
        // A second writer of the name is refused already.
        #expect(await errorCode { try await store.make(.service, "a", spec) } == .alreadyExists)
        storage.hold(false)
        let object = try await write
        #expect(object.revision == 6)
        #expect(store.find(.service, key) != nil)
    }

    @Test func failedCommitLeavesNoTrace() async throws {
        let storage = ScriptedStorage()
        let store = try await open(storage)
        let chosen: JSONValue = ["spec": ["clusterIP": "10.96.9.9", "ports": [["port": 80]]]]
        storage.fail(true)
        storage.hold(true)
        async let first = errorCode { try await store.make(.service, "a", chosen) }
        #expect(try await eventually { store.state.withLock { $0.head } == 6 })
        async let second = errorCode { try await store.merge(.service, "a", ["metadata": ["labels": ["x": "y"]]]) }
        #expect(try await eventually { store.state.withLock { $0.head } == 7 })
        storage.hold(false)
        #expect(await first == .storage)
        #expect(await second == .storage)
        #expect(store.revision == 5)
        #expect(store.state.withLock { $0.head == 5 && $0.staged.isEmpty })
        storage.fail(false)
        // Name, address and revision are free again.
        #expect(try await store.make(.service, "a", chosen).revision == 6)
    }

    @Test func unchangedWriteOfAStagedObjectWaitsForIt() async throws {
        let storage = ScriptedStorage()
        let store = try await open(storage)
        storage.hold(true)
        async let write = store.make(.service, "a", labels: ["x": "y"], spec)
        #expect(try await eventually { store.state.withLock { $0.head } == 6 })
        let isAnswered = Flag()
        let again = Task {
            let revision = try await store.merge(.service, "a", ["metadata": ["labels": ["x": "y"]]]).revision
            isAnswered.raise()
            return revision
        }
        // It has nothing to write, and must not be answered before what it relies on is durable.
        try await Task.sleep(for: .milliseconds(30))
        #expect(!isAnswered.isRaised)
        storage.hold(false)
        #expect(try await again.value == 6)
        #expect(try await write.revision == 6)
        #expect(store.revision == 6)
    }
}
