import Netlink
import NetworkTypes

/// `enum nft_rule_attributes`.
private enum Attribute {
    static let table: UInt16 = 1
    static let chain: UInt16 = 2
    static let handle: UInt16 = 3
    static let expressions: UInt16 = 4
    static let compatibility: UInt16 = 5
    static let position: UInt16 = 6
    static let userData: UInt16 = 7
}

/// `enum nft_rule_compat_attributes`.
private enum CompatibilityAttribute {
    static let transport: UInt16 = 1
    static let flags: UInt16 = 2
}

/// `NFTA_LIST_ELEM`.
private let listElement: UInt16 = 1
/// `enum nftnl_udata_rule_types`.
private let ruleComment: UInt8 = 0

extension Rule {
    /// Appends the attributes of a new rule.
    ///
    /// - Parameters:
    ///   - compiled: the rule's instructions.
    ///   - firstSetID: the id of the first of the rule's own sets in the batch.
    ///   - writer: what is appended to.
    func encode(_ compiled: CompiledRule, firstSetID: UInt32, into writer: inout AttributeWriter) {
        encodeName(into: &writer)
        if let position { writer.attribute(Attribute.position, network: position) }
        encodeComment(into: &writer)
        writer.nested(Attribute.expressions) { writer in
            for expression in compiled.expressions {
                writer.nested(listElement) { expression.encode(into: &$0, firstSetID: firstSetID) }
            }
        }
        encodeCompatibility(into: &writer)
    }

    /// The rule of iptables that this rule is.
    var iptables: IPTablesRule? {
        guard statements.count == 1, case .iptables(let own) = statements[0] else { return nil }
        return own
    }

    /// Appends the attributes of a new rule of iptables, without keeping its instructions.
    func encode(_ own: IPTablesRule, into writer: inout AttributeWriter) {
        encodeName(into: &writer)
        if let position { writer.attribute(Attribute.position, network: position) }
        encodeComment(into: &writer)
        let list = writer.beginNested(Attribute.expressions)
        own.forEachExpression(table.family.ipFamily ?? .ipv4) { expression in
            let element = writer.beginNested(listElement)
            expression.encode(into: &writer, firstSetID: 0)
            writer.endNested(element)
        }
        writer.endNested(list)
        encodeCompatibility(into: &writer)
    }

    private func encodeComment(into writer: inout AttributeWriter) {
        guard let comment else { return }
        writer.attribute(Attribute.userData, bytes: AttributeWriter.userData(ruleComment, comment: comment))
    }

    private func encodeCompatibility(into writer: inout AttributeWriter) {
        if let compatibility {
            writer.nested(Attribute.compatibility) { writer in
                writer.attribute(CompatibilityAttribute.transport, network: compatibility.transport)
                // NFT_RULE_COMPAT_F_INV
                writer.attribute(CompatibilityAttribute.flags, network: UInt32(compatibility.isInverted ? 2 : 0))
            }
        }
    }

    /// Appends the attributes that name the rule.
    func encodeName(into writer: inout AttributeWriter) {
        writer.attribute(Attribute.table, string: table.name)
        writer.attribute(Attribute.chain, string: chain)
        if let handle { writer.attribute(Attribute.handle, network: handle) }
    }

    /// Appends the attributes that name all rules of a table, or of one chain of it.
    static func encodeFlush(_ table: TableID, chain: String?, into writer: inout AttributeWriter) {
        writer.attribute(Attribute.table, string: table.name)
        if let chain { writer.attribute(Attribute.chain, string: chain) }
    }
}
