/// What identifies a table in a network namespace: its family and its name.
public struct TableID: Hashable, Sendable, CustomStringConvertible {
    /// The family of packets that the table sees.
    public var family: TableFamily
    /// The table's name; several families may have tables of the same name.
    public var name: String

    /// Names a table.
    public init(_ family: TableFamily, _ name: String) {
        self.family = family
        self.name = name
    }

    /// As nft writes it: "ip weft".
    public var description: String { "\(family) \(name)" }
}

/// A table: the container of chains, sets and maps (`NFT_MSG_NEWTABLE`).
public struct Table: Hashable, Sendable, CustomStringConvertible {
    /// Family and name.
    public var id: TableID
    /// Text for people and for programs' layout versions, shown by `nft list`.
    ///
    /// At most 128 bytes are kept.
    /// The kernel keeps the comment of the table's creation: adding the table again does not change it.
    public var comment: String?
    /// A dormant table's base chains are not registered with their hooks (`NFT_TABLE_F_DORMANT`).
    public var isDormant: Bool

    /// Describes a table.
    public init(_ family: TableFamily, _ name: String, comment: String? = nil, isDormant: Bool = false) {
        self.init(TableID(family, name), comment: comment, isDormant: isDormant)
    }

    /// Describes a table by its identity.
    public init(_ id: TableID, comment: String? = nil, isDormant: Bool = false) {
        self.id = id
        self.comment = comment
        self.isDormant = isDormant
    }

    /// As nft writes it: "ip weft".
    public var description: String { id.description }
}
