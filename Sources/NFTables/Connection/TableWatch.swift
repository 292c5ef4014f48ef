/// Where somebody writes in nf_tables, for whoever looks out for others that write there too.
public struct TableWatch: Hashable, Sendable {
    /// The tables.
    public var tables: Set<TableID>
    /// The netlink port of the socket that writes: what comes from there is its own.
    public var port: UInt32
    /// The generation of the rules at the moment of the question.
    public var generation: UInt32

    /// Describes what somebody writes.
    ///
    /// - Parameters:
    ///   - tables: the tables.
    ///   - generation: what the socket that writes was answered.
    public init(_ tables: Set<TableID>, _ generation: Generation) {
        self.tables = tables
        port = generation.port
        self.generation = generation.identifier
    }
}
