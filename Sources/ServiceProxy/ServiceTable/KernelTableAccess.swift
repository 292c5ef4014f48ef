import NFTables
import NFTablesInspect
import Synchronization

/// The kernel's tables: written by our own encoder, and read back at start through libnftnl.
final class KernelTableAccess: TableAccess {
    private let connection: Mutex<NFTablesConnection>

    /// Works in the calling thread's network namespace, and must be used from threads of the same one.
    init() throws(NFTablesError) { connection = Mutex(try NFTablesConnection()) }

    func commit(_ transaction: Transaction) throws -> CommitTimes {
        try connection.withLock { connection throws(NFTablesError) in try connection.timedCommit(transaction) }
    }

    func isPresent(_ table: TableID) throws -> Bool { try RulesetReader().hasTable(table) }

    func present(_ table: TableID) throws -> PresentTable? {
        let ruleset = try RulesetReader().read((family: table.family, name: table.name))
        return ruleset.table(table.family, table.name).map { PresentTable($0) }
    }

    func generation() throws -> Generation {
        try connection.withLock { connection throws(NFTablesError) in try connection.generation() }
    }
}
