import Netlink

/// `enum nft_chain_attributes`.
private enum Attribute {
    static let table: UInt16 = 1
    static let name: UInt16 = 3
    static let hook: UInt16 = 4
    static let policy: UInt16 = 5
    static let kind: UInt16 = 7
    static let userData: UInt16 = 12
}

/// `enum nft_hook_attributes`.
private enum HookAttribute {
    static let number: UInt16 = 1
    static let priority: UInt16 = 2
}

/// `enum nftnl_udata_chain_types`.
private let chainComment: UInt8 = 0

extension Chain {
    /// Appends the attributes of a new chain.
    func encode(into writer: inout AttributeWriter) {
        encodeName(into: &writer)
        if let base {
            writer.nested(Attribute.hook) { writer in
                writer.attribute(HookAttribute.number, network: base.hook.rawValue)
                writer.attribute(HookAttribute.priority, network: base.priority)
            }
            writer.attribute(Attribute.policy, network: base.policy.rawValue)
            writer.attribute(Attribute.kind, string: base.kind.rawValue)
        }
        if let comment {
            writer.attribute(Attribute.userData, bytes: AttributeWriter.userData(chainComment, comment: comment))
        }
    }

    /// Appends the attributes that name the chain.
    func encodeName(into writer: inout AttributeWriter) {
        writer.attribute(Attribute.table, string: table.name)
        writer.attribute(Attribute.name, string: name)
    }
}
