public import NFTables

/// What the kernel holds of nf_tables, as libnftnl reads it: an independent look at what our own encoder wrote.
public struct Ruleset: Hashable, Sendable {
    /// The tables, in the kernel's order.
    public internal(set) var tables: [InspectedTable] = []

    /// The table of that family and name.
    public func table(_ family: TableFamily, _ name: String) -> InspectedTable? {
        tables.first { $0.family == family && $0.name == name }
    }
}

/// One table and all that is in it.
public struct InspectedTable: Hashable, Sendable {
    /// The family.
    public let family: TableFamily
    /// The name.
    public let name: String
    /// The comment of its user data.
    public let comment: String?
    /// The chains, in the kernel's order.
    public internal(set) var chains: [InspectedChain] = []
    /// The named and anonymous sets and maps, in the kernel's order.
    public internal(set) var sets: [InspectedSet] = []

    /// The chain of that name.
    public func chain(_ name: String) -> InspectedChain? { chains.first { $0.name == name } }
    /// The set or map of that name.
    public func set(_ name: String) -> InspectedSet? { sets.first { $0.name == name } }
}

/// One chain with its rules.
public struct InspectedChain: Hashable, Sendable {
    /// Where a base chain is attached.
    public struct Hook: Hashable, Sendable {
        /// `filter`, `nat` or `route`.
        public let type: String
        /// The hook's number in its family, `NF_INET_*`.
        public let number: UInt32
        /// Its priority.
        public let priority: Int32
        /// 0 drop, 1 accept.
        public let policy: UInt32

        /// Describes a hook.
        public init(type: String, number: UInt32, priority: Int32, policy: UInt32) {
            self.type = type
            self.number = number
            self.priority = priority
            self.policy = policy
        }
    }

    /// The name.
    public let name: String
    /// The hook; nil for a chain that is only jumped to.
    public let hook: Hook?
    /// The rules, in order.
    public internal(set) var rules: [InspectedRule] = []
}

/// One rule.
public struct InspectedRule: Hashable, Sendable {
    /// Its expressions in libnftnl's notation, as `payload load 4b @ network header + 16 => reg 1`.
    public let expressions: [String]
    /// The comment of its user data.
    public let comment: String?
}

/// One set or map with its elements.
public struct InspectedSet: Hashable, Sendable {
    /// The name; anonymous ones are called `__set0`, `__map3`.
    public let name: String
    /// `NFT_SET_*` flags.
    public let flags: UInt32
    /// nft's number of the key's type.
    public let keyType: UInt32
    /// nft's number of the data's type, 0xffffff00 for verdicts; 0 in a set.
    public let dataType: UInt32
    /// The elements, in the kernel's order.
    public internal(set) var elements: [InspectedElement] = []

    /// Whether it belongs to one rule (`NFT_SET_ANONYMOUS`).
    public var isAnonymous: Bool { flags & 0x1 != 0 }
    /// Whether packets add elements to it (`NFT_SET_EVAL`): its content is traffic's, not ours.
    public var isDynamic: Bool { flags & 0x20 != 0 }
}

/// One element of a set or map.
public struct InspectedElement: Hashable, Sendable {
    /// What a map has for a key.
    public enum Value: Hashable, Sendable {
        /// The data's bytes, in registers' order.
        case data([UInt8])
        /// A verdict with its chain, as `goto n2`.
        case verdict(String)
    }

    /// The key's bytes; each part of a concatenation fills whole 4-byte registers.
    public let key: [UInt8]
    /// The end of a range of concatenated keys.
    public let keyEnd: [UInt8]?
    /// The data or verdict; nil in a set.
    public let value: Value?
    /// The comment of its user data.
    public let comment: String?
    /// `NFT_SET_ELEM_*` flags: 1 ends an interval.
    public let flags: UInt32
    /// The milliseconds after which the kernel removes it; nil: never.
    public var expiration: UInt64?
}
