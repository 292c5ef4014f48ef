import ClusterModel
import JSONTree
import Synchronization
import Testing

@testable import ControlStore

struct ObjectWatchTests {
    private let spec: JSONValue = ["spec": ["ports": [["port": 80]]]]

    /// What a watch tells until it has told so many events, as text.
    private func read(_ watch: inout ObjectWatch, events count: Int) async throws -> [String] {
        var result: [String] = []
        while result.count < count {
            switch try await watch.next() {
            case .events(let events): result += events.map { "\($0.kind.rawValue) \($0.object.key.name)" }
            case .bookmark(_, let isInitialEnd): result.append(isInitialEnd ? "INITIAL" : "BOOKMARK")
            case .end: result.append("END")
            }
        }
        return result
    }

    @Test func withoutARevisionItBeginsWithWhatIsThere() async throws {
        try await withStore { store in
            try await store.make(.service, "a", spec)
            var watch = try await store.watch(.service)
            try await store.make(.service, "b", spec)
            _ = try await store.delete(.service, ObjectKey(namespace: "default", name: "a"))
            #expect(try await read(&watch, events: 4) == ["ADDED a", "ADDED kubernetes", "ADDED b", "DELETED a"])
        }
    }

    @Test func fromARevisionItTellsEveryLaterChange() async throws {
        try await withStore { store in
            try await store.make(.service, "a", spec)
            var options = ListOptions()
            options.revision = store.revision
            try await store.merge(.service, "a", ["metadata": ["labels": ["x": "y"]]])
            try await store.merge(.service, "a", ["metadata": ["labels": ["x": "y"]]])
            try await store.make(.service, "b", spec)
            var watch = try await store.watch(.service, ObjectSelection(), options)
            #expect(try await read(&watch, events: 2) == ["MODIFIED a", "ADDED b"])
        }
    }

    @Test func initialEventsEndWithABookmark() async throws {
        try await withStore { store in
            var options = ListOptions()
            options.sendInitialEvents = true
            options.match = .notOlderThan
            options.allowBookmarks = true
            var watch = try await store.watch(.service, ObjectSelection(), options)
            #expect(try await read(&watch, events: 2) == ["ADDED kubernetes", "INITIAL"])
            try await store.make(.service, "b", spec)
            #expect(try await read(&watch, events: 1) == ["ADDED b"])
        }
    }

    @Test func selectorTransitionsAreAddedAndDeleted() async throws {
        try await withStore { store in
            let selection = ObjectSelection(labels: try LabelSelector(query: "app=web"))
            var watch = try await store.watch(.service, selection)
            try await store.make(.service, "a", spec)
            try await store.merge(.service, "a", ["metadata": ["labels": ["app": "web"]]])
            try await store.merge(.service, "a", ["metadata": ["labels": ["app": "web", "b": "c"]]])
            try await store.merge(.service, "a", ["metadata": ["labels": ["app": "db"]]])
            _ = try await store.delete(.service, ObjectKey(namespace: "default", name: "a"))
            try await store.make(.service, "z", labels: ["app": "web"], spec)
            #expect(try await read(&watch, events: 4) == ["ADDED a", "MODIFIED a", "DELETED a", "ADDED z"])
        }
    }

    @Test func tooOldRevisionIsExpired() async throws {
        try await withStore(configure: { $0.history.events = 3 }) { store in
            for number in 0..<6 { try await store.make(.service, "s\(number)", spec) }
            var options = ListOptions()
            options.revision = 2
            let error = await #expect(throws: StoreError.self) {
                try await store.watch(.service, ObjectSelection(), options)
            }
            #expect(error?.status.code == 410)
            #expect(error?.status.reason == "Expired")
        }
    }

    @Test func watcherThatFallsBehindIsEnded() async throws {
        try await withStore(configure: { $0.history.events = 3 }) { store in
            var watch = try await store.watch(.service)
            _ = try await read(&watch, events: 1)
            for number in 0..<6 { try await store.make(.service, "s\(number)", spec) }
            #expect(await errorCode { _ = try await watch.next() } == .expired)
        }
    }

    @Test func sleepingWatcherOfOneNameIsNotLeftBehind() async throws {
        try await withStore(isRunning: true, configure: { $0.history.events = 3 }) { store in
            var options = ListOptions()
            options.revision = store.revision
            let selection = ObjectSelection(fields: .name("wanted"))
            let watch = try await store.watch(.service, selection, options)
            let reader = Task {
                var watch = watch
                return try await read(&watch, events: 1)
            }
            #expect(try await eventually { store.state.withLock { !$0.waiters.isEmpty } })
            for number in 0..<9 { try await store.make(.service, "s\(number)", spec) }
            try await store.make(.service, "wanted", spec)
            #expect(try await reader.value == ["ADDED wanted"])
        }
    }

    @Test func bookmarksComeInTimeAndBeforeTheEnd() async throws {
        let configure = { (configuration: inout StoreConfiguration) in
            configuration.bookmarkInterval = .milliseconds(300)
            configuration.bookmarkLead = .milliseconds(100)
        }
        try await withStore(isRunning: true, configure: configure) { store in
            var options = ListOptions()
            options.allowBookmarks = true
            options.timeoutSeconds = 1
            options.revision = store.revision
            var watch = try await store.watch(.service, ObjectSelection(), options)
            // Changes of other kinds move the bookmark's revision.
            try await store.make(.node, "n1")
            guard case .bookmark(let revision, false) = try await watch.next() else {
                Issue.record("the first step is no bookmark")
                return
            }
            #expect(revision == store.revision)
            var steps: [String] = []
            while steps.last != "END" { steps += try await read(&watch, events: 1) }
            #expect(steps.dropLast().allSatisfy { $0 == "BOOKMARK" })
        }
    }

    @Test func closingEndsWatchesInOrder() async throws {
        try await withStore { store in
            var options = ListOptions()
            options.revision = store.revision
            let watch = try await store.watch(.service, ObjectSelection(), options)
            let reader = Task {
                var watch = watch
                return try await read(&watch, events: 1)
            }
            #expect(try await eventually { store.state.withLock { !$0.waiters.isEmpty } })
            store.endWatches()
            #expect(try await reader.value == ["END"])
            #expect(await errorCode { try await store.make(.service, "late", spec) } == .unavailable)
        }
    }

    @Test func cancelledWatcherEnds() async throws {
        try await withStore { store in
            var options = ListOptions()
            options.revision = store.revision
            let watch = try await store.watch(.service, ObjectSelection(), options)
            let reader = Task {
                var watch = watch
                return try await read(&watch, events: 1)
            }
            #expect(try await eventually { store.state.withLock { !$0.waiters.isEmpty } })
            reader.cancel()
            #expect(try await reader.value == ["END"])
            #expect(store.state.withLock { $0.waiters.isEmpty })
        }
    }

    @Test func historyGoesOnOverARestart() async throws {
        try await withDirectory { directory in
            var store = try await openStore(at: directory)
            let start = store.revision
            try await store.make(.service, "a", labels: ["app": "web"], spec)
            try await store.merge(.service, "a", ["metadata": ["labels": ["app": "db"]]])
            try await store.make(.service, "b", spec)
            _ = try await store.delete(.service, ObjectKey(namespace: "default", name: "b"))
            let last = store.revision
            try await store.close()
            store = try await openStore(at: directory)
            #expect(store.revision == last)
            var options = ListOptions()
            options.revision = start
            var watch = try await store.watch(.service, ObjectSelection(), options)
            #expect(try await read(&watch, events: 4) == ["ADDED a", "MODIFIED a", "ADDED b", "DELETED b"])
            let selection = ObjectSelection(labels: try LabelSelector(query: "app=web"))
            watch = try await store.watch(.service, selection, options)
            #expect(try await read(&watch, events: 2) == ["ADDED a", "DELETED a"])
            try await store.close()
        }
    }
}
