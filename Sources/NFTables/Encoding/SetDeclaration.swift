import Netlink

/// `enum nft_set_attributes`.
private enum Attribute {
    static let table: UInt16 = 1
    static let name: UInt16 = 2
    static let flags: UInt16 = 3
    static let keyType: UInt16 = 4
    static let keyLength: UInt16 = 5
    static let dataType: UInt16 = 6
    static let dataLength: UInt16 = 7
    static let description: UInt16 = 9
    static let identifier: UInt16 = 10
    static let timeout: UInt16 = 11
    static let userData: UInt16 = 13
    static let expression: UInt16 = 17
}

/// `enum nft_set_desc_attributes` and `enum nft_set_field_attributes`.
private enum DescriptionAttribute {
    static let size: UInt16 = 1
    static let fields: UInt16 = 2
    static let fieldLength: UInt16 = 1
}

/// `NFTA_LIST_ELEM`.
private let listElement: UInt16 = 1

/// `enum nftnl_udata_set_types`, with nft's number for a concatenation where it describes expressions.
private enum UserData {
    static let keyByteOrder: UInt8 = 0
    static let dataByteOrder: UInt8 = 1
    static let keyExpression: UInt8 = 3
    static let dataExpression: UInt8 = 4
    static let dataInterval: UInt8 = 6
    static let comment: UInt8 = 7
    static let expressionKind: UInt8 = 0
    static let expressionBody: UInt8 = 1
    static let concatenation: UInt32 = 13
}

/// A set as the kernel gets it, a named one or a rule's own.
struct SetDeclaration {
    var table: String
    var name: String
    var flags: UInt32
    var key: ValueType
    var keyByteOrder: DataType.ByteOrder
    var content: NamedSet.Content
    var size: UInt32?
    var timeout: UInt64?
    var comment: String?
    var countsPackets = false

    /// The declaration of a named set.
    init(_ set: NamedSet) {
        table = set.table.name
        name = set.name
        flags = set.kernelFlags
        key = set.key
        keyByteOrder = set.key.byteOrder
        content = set.content
        size = set.size
        timeout = set.timeout
        comment = set.comment
        countsPackets = set.countsPackets
    }

    /// The declaration of a rule's own set, which never changes.
    init(_ set: CompiledRule.AnonymousSet, table: String) {
        self.table = table
        name = set.content == .nothing ? "__set%d" : "__map%d"
        // NFT_SET_ANONYMOUS, and NFT_SET_CONSTANT.
        flags = 0x1 | 0x2 | (set.content == .nothing ? 0 : NamedSet.mapFlag)
        key = set.key
        keyByteOrder = set.keyByteOrder
        content = set.content
        size = UInt32(truncatingIfNeeded: set.elements.count)
    }

    /// Appends the attributes of a new set.
    func encode(id: UInt32, into writer: inout AttributeWriter) {
        writer.attribute(Attribute.table, string: table)
        writer.attribute(Attribute.name, string: name)
        writer.attribute(Attribute.flags, network: flags)
        writer.attribute(Attribute.keyType, network: key.identifier)
        writer.attribute(Attribute.keyLength, network: UInt32(truncatingIfNeeded: key.length))
        switch content {
        case .nothing: break
        case .value(let type):
            writer.attribute(Attribute.dataType, network: type.identifier)
            writer.attribute(Attribute.dataLength, network: UInt32(truncatingIfNeeded: type.length))
        case .verdict:
            // NFT_DATA_VERDICT
            writer.attribute(Attribute.dataType, network: UInt32(0xffff_ff00))
            writer.attribute(Attribute.dataLength, network: UInt32(0))
        }
        writer.attribute(Attribute.identifier, network: id)
        encodeDescription(into: &writer)
        if let timeout { writer.attribute(Attribute.timeout, network: timeout) }
        writer.attribute(Attribute.userData, bytes: userData)
        // The kernel gives each new element one of its own.
        if countsPackets {
            writer.nested(Attribute.expression) { Expression.counter(Counter()).encode(into: &$0, firstSetID: 0) }
        }
    }

    private func encodeDescription(into writer: inout AttributeWriter) {
        let hasFields = flags & NamedSet.concatenationFlag != 0
        guard size != nil || hasFields else { return }
        writer.nested(Attribute.description) { writer in
            if let size { writer.attribute(DescriptionAttribute.size, network: size) }
            guard hasFields else { return }
            writer.nested(DescriptionAttribute.fields) { writer in
                for component in key.components {
                    writer.nested(listElement) { writer in
                        writer.attribute(DescriptionAttribute.fieldLength, network: UInt32(component.length))
                    }
                }
            }
        }
    }

    /// What nft 1.0.6 writes and reads back to print the elements (mnl_nft_set_add of its src/mnl.c).
    private var userData: [UInt8] {
        var bytes = AttributeWriter.userData(UserData.keyByteOrder, keyByteOrder.rawValue)
        var data: ValueType?
        if case .value(let type) = content { data = type }
        if content != .nothing {
            bytes += AttributeWriter.userData(UserData.dataByteOrder, data?.byteOrder.rawValue ?? 0)
        }
        if key.isConcatenation { bytes += Self.concatenation(UserData.keyExpression) }
        if data?.isConcatenation == true { bytes += Self.concatenation(UserData.dataExpression) }
        if content != .nothing { bytes += AttributeWriter.userData(UserData.dataInterval, 0) }
        if let comment { bytes += AttributeWriter.userData(UserData.comment, comment: comment) }
        return bytes
    }

    /// nft says of a concatenation that it is one, and nothing of its parts.
    private static func concatenation(_ type: UInt8) -> [UInt8] {
        let kind = AttributeWriter.userData(UserData.expressionKind, UserData.concatenation)
        return AttributeWriter.userData(type, kind + AttributeWriter.userData(UserData.expressionBody, []))
    }
}

extension NamedSet {
    /// `NFT_SET_MAP`.
    static let mapFlag: UInt32 = 0x8
    /// `NFT_SET_CONCAT`.
    static let concatenationFlag: UInt32 = 0x80

    /// The flags as the kernel gets them.
    var kernelFlags: UInt32 {
        let isRanges = flags.contains(.interval) && key.isConcatenation
        return flags.rawValue | (isMap ? Self.mapFlag : 0) | (isRanges ? Self.concatenationFlag : 0)
    }

    /// Appends the attributes that name the set.
    func encodeName(into writer: inout AttributeWriter) {
        writer.attribute(Attribute.table, string: table.name)
        writer.attribute(Attribute.name, string: name)
    }

    /// A key as the kernel keeps it: in sets of intervals numbers in host order are turned, so that they compare.
    ///
    /// Rules turn what they look up in the same way; the value's own bytes stay in the order of its types.
    public func storedKey(_ key: ElementValue) -> ElementValue {
        guard flags.contains(.interval), self.key.components.contains(where: \.isTurnedInIntervals) else { return key }
        let fields = key.fields(self.key).map { $0.type.isTurnedInIntervals ? $0.field.reversed : $0.field }
        guard self.key.isConcatenation else { return fields.first.map { ElementValue($0) } ?? key }
        var turned = ElementValue()
        for field in fields { turned.append(field) }
        return turned
    }
}

extension DataType {
    /// Whether it is a number in host order, which compares only in network order.
    var isTurnedInIntervals: Bool { byteOrder == .host && length > 1 && length <= 8 }
}
