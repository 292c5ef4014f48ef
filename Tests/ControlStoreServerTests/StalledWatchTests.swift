import ClusterModel
import JSONTree
import ServiceLifecycle
import Testing

@testable import ControlStore
@testable import ControlStoreServer

struct StalledWatchTests {
    /// Runs a server on a socket until the body ends.
    private func withServer(
        stallLimit: Duration,
        _ body: @Sendable (ObjectStore, StalledWrites, String) async throws -> Void
    ) async throws {
        try await withDirectory { directory in
            let ranges = try ClusterRanges(services: "10.96.0.0/16", pods: "10.244.0.0/16")
            let store = try await ObjectStore.open(
                storage: try SQLiteStorage(path: "\(directory)/store.sqlite"),
                configuration: StoreConfiguration(ranges: ranges),
                logger: .silent
            )
            let path = "\(directory)/socket"
            let (listening, announce) = AsyncStream<String>.makeStream()
            let server = StoreServer(
                store: store,
                addresses: [try ListenAddress("unix:\(path)")],
                logger: .silent,
                stallLimit: stallLimit
            ) { announce.yield($0) }
            let group = ServiceGroup(services: [server], logger: .silent)
            let running = Task { try await group.run() }
            _ = await listening.first { _ in true }
            do {
                try await body(store, server.stalls, path)
            } catch {
                running.cancel()
                throw error
            }
            await group.triggerGracefulShutdown()
            try await running.value
            try await store.close()
        }
    }

    private func eventually(_ condition: () throws -> Bool) async throws -> Bool {
        let end = ContinuousClock.now + .seconds(20)
        while ContinuousClock.now < end {
            if try condition() { return true }
            try await Task.sleep(for: .milliseconds(20))
        }
        return false
    }

    // The clients here never wait: the server runs in this process, on as few threads as there are cores.

    @Test func clientThatTakesNothingIsClosed() async throws {
        try await withServer(stallLimit: .milliseconds(200)) { store, watches, path in
            let stalled = try StoreConnection(path: path)
            try stalled.write("GET", "/api/v1/nodes?watch=1")
            #expect(try await eventually { watches.count == 1 })
            let node: JSONValue = ["metadata": ["name": "n1"]]
            _ = try await store.create(.node, namespace: nil, node)
            // Far more than the socket's buffers hold.
            for number in 0..<64 {
                let text = "\(number)" + String(repeating: "x", count: 200_000)
                let body: JSONValue = ["metadata": ["annotations": ["large": .string(text)]]]
                let patch = ObjectPatch(form: .merge, body: body, served: ResourceKind.node.groupVersion)
                _ = try await store.patch(.node, ObjectKey(name: "n1"), patch)
            }
            #expect(try await eventually { watches.count == 0 })
        }
    }

    @Test func clientThatGoesAwayLeavesNoWatch() async throws {
        try await withServer(stallLimit: .seconds(60)) { _, watches, path in
            var client: StoreConnection? = try StoreConnection(path: path)
            try client?.write("GET", "/api/v1/nodes?watch=1")
            #expect(try await eventually { watches.count == 1 })
            client = nil
            #expect(try await eventually { watches.count == 0 })
        }
    }
}
