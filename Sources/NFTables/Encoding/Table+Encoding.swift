import Netlink

/// `enum nft_table_attributes`.
private enum Attribute {
    static let name: UInt16 = 1
    static let flags: UInt16 = 2
    static let userData: UInt16 = 6
}

/// `enum nftnl_udata_table_types`.
private let tableComment: UInt8 = 0

extension Table {
    /// Appends the attributes of a new table.
    func encode(into writer: inout AttributeWriter) {
        writer.attribute(Attribute.name, string: id.name)
        writer.attribute(Attribute.flags, network: UInt32(isDormant ? 1 : 0))
        if let comment {
            writer.attribute(Attribute.userData, bytes: AttributeWriter.userData(tableComment, comment: comment))
        }
    }

    /// Appends the attributes that name the table.
    func encodeName(into writer: inout AttributeWriter) { writer.attribute(Attribute.name, string: id.name) }
}
