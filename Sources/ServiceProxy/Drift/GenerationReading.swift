import NFTables

/// A way to nf_tables that can tell its own commits from those of others.
protocol GenerationReading: AnyObject, Sendable {
    /// The rules' generation, with the netlink port of whoever asks here.
    func generation() throws -> Generation
}

extension GenerationReading {
    /// What to look out for in tables that are written here.
    func watch(_ tables: Set<TableID>) throws -> TableWatch { TableWatch(tables, try generation()) }
}
