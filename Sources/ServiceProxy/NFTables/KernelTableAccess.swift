import NFTables
import NFTablesInspect
public import NetworkTypes
import Synchronization

/// The kernel's tables: written by our own encoder, and read back at start through libnftnl.
final class KernelTableAccess: TableAccess {
    private let connection: Mutex<NFTablesConnection>

    /// Works in the calling thread's network namespace, and must be used from threads of the same one.
    init() throws(NFTablesError) { connection = Mutex(try NFTablesConnection()) }

    func commit(_ transaction: Transaction) throws -> CommitTimes {
        try connection.withLock { connection throws(NFTablesError) in try connection.timedCommit(transaction) }
    }

    func present(_ table: TableID) throws -> PresentTable? {
        let ruleset = try RulesetReader().read((family: table.family, name: table.name))
        return ruleset.table(table.family, table.name).map { PresentTable($0) }
    }
}

extension NFTablesBackend {
    /// A backend for the calling thread's network namespace.
    ///
    /// - Parameters:
    ///   - family: the family to serve.
    ///   - configuration: the choices of whoever runs the proxy.
    /// - Throws: ``NFTablesError`` if the kernel has no nf_tables, or the caller no right to it.
    public convenience init(_ family: IPFamily, _ configuration: ProxyConfiguration = ProxyConfiguration()) throws {
        self.init(family, configuration, access: try KernelTableAccess())
    }
}
