import NFTables

/// The way to the tables that the backend writes: the kernel's, or in tests a ruleset in memory.
protocol TableAccess: GenerationReading {
    /// Makes all changes, or none; tells how long it took.
    func commit(_ transaction: Transaction) throws -> CommitTimes
    /// Whether there is a table of that name.
    func isPresent(_ table: TableID) throws -> Bool
    /// What is there under a table's name; nil: no such table.
    func present(_ table: TableID) throws -> PresentTable?
}
