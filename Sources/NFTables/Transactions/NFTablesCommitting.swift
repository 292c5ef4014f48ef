/// Something that makes the changes of a transaction: the kernel (``NFTablesConnection``), or in tests
/// NFTablesTesting's ruleset in memory.
public protocol NFTablesCommitting: ~Copyable {
    /// Makes all changes together, or none.
    ///
    /// - Throws: ``NFTablesError`` with the operation and object at fault.
    mutating func commit(_ transaction: Transaction) throws(NFTablesError)
}
