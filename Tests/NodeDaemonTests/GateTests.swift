import Testing

@testable import NodeDaemon

@Suite(.timeLimit(.minutes(15)))
struct GateTests {
    @Test func everyoneWaitsUntilItOpens() async throws {
        let gate = Gate()
        try await withThrowingTaskGroup { group in
            for _ in 0..<10 { group.addTask { try await gate.wait() } }
            gate.open()
            try await group.waitForAll()
        }
        try await gate.wait()
    }

    @Test func waitingEndsWithItsTask() async {
        let gate = Gate()
        await withThrowingTaskGroup { group in
            group.addTask { try await gate.wait() }
            group.cancelAll()
            await #expect(throws: CancellationError.self) { try await group.waitForAll() }
        }
    }
}
