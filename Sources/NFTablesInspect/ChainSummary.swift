/// The chains of a table with as much of their rules as it takes to compare them.
public struct TableSummary: Hashable, Sendable {
    /// Whether the table is there.
    public var isPresent: Bool
    /// The chains, in the kernel's order.
    public var chains: [ChainSummary]

    /// Describes a table's content.
    public init(isPresent: Bool, chains: [ChainSummary] = []) {
        self.isPresent = isPresent
        self.chains = chains
    }
}

/// A chain with as much of its rules as it takes to compare them.
public struct ChainSummary: Hashable, Sendable {
    /// The name.
    public let name: String
    /// The hook; nil for a chain that is only jumped to.
    public let hook: InspectedChain.Hook?
    /// The rules, in order.
    public var rules: [RuleSummary]

    /// Describes a chain.
    public init(name: String, hook: InspectedChain.Hook? = nil, rules: [RuleSummary] = []) {
        self.name = name
        self.hook = hook
        self.rules = rules
    }
}

/// As much of a rule as it takes to compare, delete and follow it.
public struct RuleSummary: Hashable, Sendable {
    /// The kernel's number of the rule.
    public let handle: UInt64
    /// What it does.
    public let digest: RuleDigest
    /// The place of the chain that it jumps or goes to among the table's chains.
    public let target: Int?

    /// Describes a rule.
    public init(handle: UInt64, digest: RuleDigest, target: Int? = nil) {
        self.handle = handle
        self.digest = digest
        self.target = target
    }
}
