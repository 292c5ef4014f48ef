public import NFTables

/// Where a backend writes in nf_tables, for whoever looks out for others that write there too.
public struct TableWatch: Hashable, Sendable {
    /// The tables.
    public var tables: Set<TableID>
    /// The netlink port of the socket that the backend writes with: what comes from there is its own.
    public var port: UInt32
    /// The generation of the rules at the moment of the question.
    public var generation: UInt32

    /// Describes what a backend writes.
    public init(tables: Set<TableID>, port: UInt32, generation: UInt32) {
        self.tables = tables
        self.port = port
        self.generation = generation
    }
}

/// A way to nf_tables that can tell its own commits from those of others.
protocol GenerationReading: AnyObject, Sendable {
    /// The rules' generation, with the netlink port of whoever asks here.
    func generation() throws -> Generation
}

extension GenerationReading {
    /// What to look out for in tables that are written here.
    func watch(_ tables: Set<TableID>) throws -> TableWatch {
        let generation = try generation()
        return TableWatch(tables: tables, port: generation.port, generation: generation.identifier)
    }
}
