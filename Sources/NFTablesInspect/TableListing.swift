public import NFTables
public import NetworkTypes

/// A table with as much of its rules as it takes to know whose they are, and to delete them.
public struct TableListing: Hashable, Sendable {
    /// One chain.
    public struct ChainHead: Hashable, Sendable {
        /// The name.
        public let name: String
        /// Whether it is attached to a hook.
        public let isBase: Bool

        /// Describes a chain.
        public init(name: String, isBase: Bool = false) {
            self.name = name
            self.isBase = isBase
        }
    }

    /// The table.
    public let id: TableID
    /// Its chains, in the kernel's order.
    public var chains: [ChainHead]
    /// Its rules, by chain and in order.
    public var rules: [ListedRule]

    /// Describes a table.
    public init(_ id: TableID, chains: [ChainHead] = [], rules: [ListedRule] = []) {
        self.id = id
        self.chains = chains
        self.rules = rules
    }
}

/// A rule, as far as it names something.
public struct ListedRule: Hashable, Sendable {
    /// Its chain.
    public let chain: String
    /// The kernel's number of it.
    public let handle: UInt64
    /// The chain that it jumps or goes to.
    public var target: String?
    /// Its comment: that of nft, or of iptables' comment match.
    public var comment: String?
    /// The source address that packets must have; nil for any, and for a range.
    public var source: IPAddress?
    /// The destination address that packets must have; nil for any, and for a range.
    public var destination: IPAddress?

    /// Describes a rule.
    public init(
        chain: String,
        handle: UInt64,
        target: String? = nil,
        comment: String? = nil,
        source: IPAddress? = nil,
        destination: IPAddress? = nil
    ) {
        self.chain = chain
        self.handle = handle
        self.target = target
        self.comment = comment
        self.source = source
        self.destination = destination
    }
}
