/// What a rule does and says, before it has a place in a chain.
public struct RuleBody: Hashable, Sendable {
    /// What the rule does, in order.
    public var statements: [Statement]
    /// Text for people, shown by `nft list`; at most 128 bytes are kept.
    public var comment: String?

    /// Describes what a rule does.
    public init(_ statements: [Statement], _ comment: String? = nil) {
        self.statements = statements
        self.comment = comment
    }
}

extension Rule {
    /// Describes a rule of a chain.
    public init(_ table: TableID, _ chain: String, _ body: RuleBody) {
        self.init(table, chain, body.statements, comment: body.comment)
    }
}
