import ControlStoreClient
import Logging
import Testing

@testable import NodeDaemon

@Suite(.timeLimit(.minutes(15)))
struct StoreProbeTests {
    private static func probe(_ server: String) throws -> StoreProbe {
        StoreProbe(
            client: try StoreClient(ClientConfiguration(server: server)),
            nodeName: "n",
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
    }

    @Test func anUnreachableStoreIsGivenUpWithOneLine() async throws {
        let probe = try Self.probe("unix:/tmp/weft-no-such-store.sock")
        let error = await #expect(throws: NodeDaemonError.self) {
            try await probe.waitForStore(atMost: .milliseconds(300))
        }
        #expect(error?.code == .store)
        #expect(error?.text.contains("unix:/tmp/weft-no-such-store.sock: no such socket") == true)
        #expect(error?.text.contains("\n") == false)
    }

    @Test func waitingEndsWithItsTask() async throws {
        let probe = try Self.probe("unix:/tmp/weft-no-such-store.sock")
        await withThrowingTaskGroup { group in
            group.addTask { try await probe.waitForStore(atMost: .seconds(3600)) }
            group.cancelAll()
            await #expect(throws: CancellationError.self) { try await group.waitForAll() }
        }
    }
}
