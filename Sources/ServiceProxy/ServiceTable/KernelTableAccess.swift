import NFTables
import NFTablesInspect
import Synchronization

/// The kernel's tables: written by our own encoder, and read back at start through libnftnl.
final class KernelTableAccess: TableAccess {
    private let connection: Mutex<NFTablesConnection>
    private let recorder: CommitRecorder?

    /// Works in the calling thread's network namespace, and must be used from threads of the same one.
    init(recorder: CommitRecorder? = nil) throws(NFTablesError) {
        connection = Mutex(try NFTablesConnection())
        self.recorder = recorder
    }

    func commit(_ transaction: Transaction) throws -> CommitTimes {
        let times = try connection.withLock { connection throws(NFTablesError) in
            try connection.timedCommit(transaction)
        }
        recorder?.committed(.rules(transaction))
        return times
    }

    func isPresent(_ table: TableID) throws -> Bool { try RulesetReader().hasTable(table) }

    func present(_ table: TableID) throws -> PresentTable? {
        let ruleset = try RulesetReader().read((family: table.family, name: table.name))
        return ruleset.table(table.family, table.name).map { PresentTable($0) }
    }

    /// Removes those of some tables that are there, each by itself, and returns them.
    func remove(_ tables: [TableID]) throws -> [TableID] {
        try tables.filter { table in
            guard try isPresent(table) else { return false }
            var transaction = Transaction()
            transaction.delete(Table(table))
            do {
                _ = try commit(transaction)
                return true
            } catch let error as NFTablesError where error.isNotFound {
                // Somebody else was faster.
                return false
            }
        }
    }

    func generation() throws -> Generation {
        try connection.withLock { connection throws(NFTablesError) in try connection.generation() }
    }
}
