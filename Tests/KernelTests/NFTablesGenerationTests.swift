import LinuxSystem
import LinuxSystemTesting
import NFTables
import NetworkTypes
import Synchronization
import Testing

/// Who changed the rules: the monitor's reports of our commits and of nft's.
@Suite(.enabled(if: KernelFeature.nft.isAvailable, "needs nf_tables"))
struct NFTablesGenerationTests {
    private final class Reports: Sendable {
        private let events = Mutex<[Generation]>([])

        func take(_ event: NewGenerationMonitor.Event) {
            if case .changed(let generation) = event { events.withLock { $0.append(generation) } }
        }

        /// The reports, when there are so many or a while has passed.
        func wait(for count: Int) throws -> [Generation] {
            let deadline = Deadline.after(.seconds(10))
            while events.withLock({ $0.count }) < count, !deadline.hasPassed { try pause() }
            return events.withLock { $0 }
        }

        private func pause() throws { _ = try Witness.run("sleep", "0.02") }
    }

    @Test
    func eachCommitIsOneReportWithItsProcess() throws {
        try withTestNamespace { namespace in
            var connection = try NFTablesConnection()
            let table = Table(.ip, "weft-watched")
            let set = NamedSet(table.id, "s", key: [.ipv4Address])
            let reports = Reports()
            let monitor = try NewGenerationMonitor { reports.take($0) }
            defer { monitor.stop() }
            let before = try connection.generation().identifier
            var transaction = Transaction()
            transaction.add(table)
            transaction.add(set)
            // Without the filter these would be 20,000 messages, and the buffer would run over.
            transaction.add(
                (0..<20_000).map { SetElement(ElementValue(.address(IPv4Address(rawValue: $0)))) },
                to: set
            )
            try connection.commit(transaction)
            try namespace.witness("nft", "add", "table", "ip", "foreign")
            let seen = try reports.wait(for: 2)
            #expect(seen.map(\.identifier) == [before + 1, before + 2])
            #expect(seen.last?.processName == "nft")
            #expect(seen.first?.process != seen.last?.process)
        }
    }

    @Test
    func aReadDoesNotMakeAGeneration() throws {
        try withTestNamespace { namespace in
            var connection = try NFTablesConnection()
            let before = try connection.generation()
            try namespace.witness("nft", "list", "ruleset")
            #expect(try connection.generation().identifier == before.identifier)
        }
    }
}
