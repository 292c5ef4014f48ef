import NFTables
import NFTablesInspect
import Synchronization

/// The way to the tables that the backend writes: the kernel's, or in tests a ruleset in memory.
protocol PolicyTableAccess: AnyObject, Sendable {
    /// Makes all changes, or none.
    func commit(_ transaction: Transaction) throws
    /// What is there under a table's name; nil: no such table.
    func present(_ table: TableID) throws -> PresentPolicyTable?
    /// The elements of a set; nil: no such set.
    func elements(of set: NamedSet) throws -> [SetElement]?
    /// The rules' generation, with the netlink port of whoever asks here; nil: nobody else can write there.
    func generation() throws -> Generation?
}

/// The kernel's tables: written by our own encoder, and read back at start through libnftnl.
final class KernelPolicyAccess: PolicyTableAccess {
    private let connection: Mutex<NFTablesConnection>

    /// Works in the calling thread's network namespace, and must be used from threads of the same one.
    init() throws(NFTablesError) { connection = Mutex(try NFTablesConnection()) }

    func commit(_ transaction: Transaction) throws {
        try connection.withLock { connection throws(NFTablesError) in try connection.commit(transaction) }
    }

    func present(_ table: TableID) throws -> PresentPolicyTable? {
        try RulesetReader().read((family: table.family, name: table.name)).table(table.family, table.name)
            .map { PresentPolicyTable($0, table) }
    }

    func elements(of set: NamedSet) throws -> [SetElement]? {
        try connection.withLock { connection throws(NFTablesError) in try connection.elements(of: set) }
    }

    func generation() throws -> Generation? {
        try connection.withLock { connection throws(NFTablesError) in try connection.generation() }
    }
}
