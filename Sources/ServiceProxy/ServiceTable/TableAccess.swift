import NFTables

/// The way to the tables that the backend writes: the kernel's, or in tests a ruleset in memory.
protocol TableAccess: AnyObject, Sendable {
    /// Makes all changes, or none; tells how long it took.
    func commit(_ transaction: Transaction) throws -> CommitTimes
    /// What is there under a table's name; nil: no such table.
    func present(_ table: TableID) throws -> PresentTable?
}
