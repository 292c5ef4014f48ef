/// A rule of a chain (`NFT_MSG_NEWRULE`).
public struct Rule: Hashable, Sendable, CustomStringConvertible {
    /// What xt matches and targets are told about the rule (`NFTA_RULE_COMPAT`), for tables shared with iptables-nft.
    public struct Compatibility: Hashable, Sendable {
        /// The transport protocol's number that the rule matches; 0 for any.
        public var transport: UInt32
        /// Whether the rule matches every protocol but that one.
        public var isInverted: Bool

        /// Describes the rule's match of a transport protocol.
        public init(transport: UInt32, isInverted: Bool = false) {
            self.transport = transport
            self.isInverted = isInverted
        }
    }

    /// The table of the chain.
    public var table: TableID
    /// The chain's name.
    public var chain: String
    /// What the rule does, in order.
    public var statements: [Statement]
    /// Text for people, shown by `nft list`; at most 128 bytes are kept.
    public var comment: String?
    /// The kernel's number of the rule, for replacing and deleting it.
    public var handle: UInt64?
    /// The handle of the rule behind which this one is added, or before which it is inserted; nil for the chain's ends.
    public var position: UInt64?
    /// What xt matches and targets are told about the rule.
    public var compatibility: Compatibility?

    /// Describes a rule.
    public init(_ table: TableID, _ chain: String, _ statements: [Statement], comment: String? = nil) {
        self.table = table
        self.chain = chain
        self.statements = statements
        self.comment = comment
    }

    /// Describes a rule of a chain.
    public init(_ chain: Chain, _ statements: [Statement], comment: String? = nil) {
        self.init(chain.table, chain.name, statements, comment: comment)
    }

    /// Names a rule that is in the kernel, to delete or replace it.
    public init(_ table: TableID, _ chain: String, handle: UInt64, _ statements: [Statement] = []) {
        self.init(table, chain, statements)
        self.handle = handle
    }

    /// The rule's place: "ip weft services", with the handle if it has one.
    public var description: String { "\(table) \(chain)" + (handle.map { " handle \($0)" } ?? "") }
}

/// A rule as the kernel gets it: instructions, and the sets of the rule's own that they look into.
public struct CompiledRule: Hashable, Sendable {
    /// A set or map that belongs to one rule and goes with it.
    public struct AnonymousSet: Hashable, Sendable {
        /// The type of the keys.
        public var key: ValueType
        /// The order of the key's bytes, which for some keys is the selector's and not the type's.
        public var keyByteOrder: DataType.ByteOrder
        /// What the keys lead to.
        public var content: NamedSet.Content
        /// All elements.
        public var elements: [SetElement]
    }

    /// The instructions in order.
    public var expressions: [Expression]
    /// The rule's own sets, to which ``SetReference/anonymous(_:isMap:)`` refers by index.
    public var anonymousSets: [AnonymousSet]
}
