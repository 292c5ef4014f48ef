/// A set or a map (`NFT_MSG_NEWSET`): its declaration, without the elements.
public struct NamedSet: Hashable, Sendable, CustomStringConvertible {
    /// What a set's elements lead to.
    public enum Content: Hashable, Sendable {
        /// Nothing: a set.
        case nothing
        /// Data of a type: a map.
        case value(ValueType)
        /// Decisions: a verdict map.
        case verdict
    }

    /// How a set behaves: `NFT_SET_*` of linux/netfilter/nf_tables.h.
    public struct Flags: OptionSet, Hashable, Sendable {
        /// The kernel's bits.
        public let rawValue: UInt32
        /// Takes the kernel's bits.
        public init(rawValue: UInt32) { self.rawValue = rawValue }
        /// No element is added or removed once a rule uses the set (`NFT_SET_CONSTANT`).
        public static let constant = Flags(rawValue: 0x2)
        /// Elements are intervals of keys (`NFT_SET_INTERVAL`).
        public static let interval = Flags(rawValue: 0x4)
        /// Elements may expire (`NFT_SET_TIMEOUT`).
        public static let timeout = Flags(rawValue: 0x10)
        /// Rules add and remove elements (`NFT_SET_EVAL`).
        public static let dynamic = Flags(rawValue: 0x20)
    }

    /// The table that holds the set.
    public var table: TableID
    /// The name, unique among the table's sets and maps.
    public var name: String
    /// The type of the keys.
    public var key: ValueType
    /// What the keys lead to.
    public var content: Content
    /// How the set behaves.
    public var flags: Flags
    /// Milliseconds after which elements are removed that say nothing themselves; with the flag `.timeout`.
    public var timeout: UInt64?
    /// The most elements that the set takes (ENFILE beyond it); nil for no limit, or 65535 if rules add elements.
    public var size: UInt32?
    /// Text for people, shown by `nft list`.
    public var comment: String?
    /// Whether each element counts the packets that find it.
    public var countsPackets = false

    /// Describes a set.
    public init(
        _ table: TableID,
        _ name: String,
        key: ValueType,
        flags: Flags = [],
        timeout: UInt64? = nil,
        size: UInt32? = nil,
        comment: String? = nil
    ) {
        self.table = table
        self.name = name
        self.key = key
        content = .nothing
        self.flags = flags
        self.timeout = timeout
        self.size = size
        self.comment = comment
    }

    /// Describes a map.
    public init(
        _ table: TableID,
        _ name: String,
        key: ValueType,
        to content: Content,
        flags: Flags = [],
        timeout: UInt64? = nil,
        size: UInt32? = nil,
        comment: String? = nil
    ) {
        self.init(table, name, key: key, flags: flags, timeout: timeout, size: size, comment: comment)
        self.content = content
    }

    /// Whether elements carry data or a verdict.
    public var isMap: Bool { content != .nothing }

    /// nft's word for the object: "set" or "map".
    public var word: String { isMap ? "map" : "set" }

    /// As nft writes it: "ip weft services".
    public var description: String { "\(table) \(name)" }
}
