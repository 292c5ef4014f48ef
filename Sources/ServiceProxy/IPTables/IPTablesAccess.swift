import LinuxSystem
import NFTables
import NFTablesInspect
import NetworkTypes
import Synchronization

/// The way to the tables that iptables-nft shares: the kernel's, or in tests those in memory.
protocol IPTablesAccess: GenerationReading {
    /// What the tables of a family hold.
    func read(_ family: IPFamily) throws -> PresentIPTables
    /// Makes all changes, or none; with a generation only if nobody wrote since.
    func commit(_ transaction: Transaction, ifGeneration generation: UInt32?) throws -> CommitTimes
    /// Whether connection tracking is told to be liberal with TCP windows.
    func isConntrackLiberal() -> Bool
}

/// The kernel's tables: written by our own encoder, and read back through libnftnl.
final class KernelIPTablesAccess: IPTablesAccess {
    private let connection: Mutex<NFTablesConnection>
    private let recorder: CommitRecorder?
    /// How often reading is tried while others write.
    private static let tries = 20

    /// Works in the calling thread's network namespace, and must be used from threads of the same one.
    init(recorder: CommitRecorder? = nil) throws(NFTablesError) {
        connection = Mutex(try NFTablesConnection())
        self.recorder = recorder
    }

    func read(_ family: IPFamily) throws -> PresentIPTables {
        let reader = try RulesetReader()
        for _ in 0..<Self.tries {
            let before = try generation().identifier
            var tables: [IPTablesTable: TableSummary] = [:]
            for table in IPTablesTable.allCases {
                tables[table] = try reader.summary(of: TableID(TableFamily(family), table.rawValue))
            }
            if try generation().identifier == before { return PresentIPTables(generation: before, tables) }
        }
        throw NFTablesError(
            .generationChanged,
            operation: "read",
            object: "tables filter and nat of \(family)",
            text: "they changed while they were read, \(Self.tries) times in a row"
        )
    }

    func generation() throws -> Generation {
        try connection.withLock { connection throws(NFTablesError) in try connection.generation() }
    }

    func commit(_ transaction: Transaction, ifGeneration generation: UInt32?) throws -> CommitTimes {
        let times = try connection.withLock { connection throws(NFTablesError) in
            try connection.timedCommit(transaction, ifGeneration: generation)
        }
        recorder?.committed(.rules(transaction))
        return times
    }

    func isConntrackLiberal() -> Bool {
        // Not readable: then it is as the kernel ships it.
        let text = try? Sysctl.read("net.netfilter.nf_conntrack_tcp_be_liberal")
        return text.map { $0 != "0" } ?? false
    }
}
