import LinuxSystem
import Netlink

/// `enum nft_set_elem_list_attributes`, `enum nft_set_elem_attributes` and `enum nft_data_attributes`.
private enum Attribute {
    static let table: UInt16 = 1
    static let set: UInt16 = 2
    static let elements: UInt16 = 3
    static let key: UInt16 = 1
    static let data: UInt16 = 2
    static let userData: UInt16 = 6
    static let value: UInt16 = 1
}

extension NFTablesConnection {
    /// Reads the elements of a set or map: keys, data and comments.
    ///
    /// Verdicts are left out, and of intervals each end is an element of its own.
    ///
    /// - Parameter set: which; only its table and name count.
    /// - Returns: nil when there is no such set.
    /// - Throws: ``NFTablesError``.
    public mutating func elements(of set: NamedSet) throws(NFTablesError) -> [SetElement]? {
        let request = NetlinkRequest(
            MessageKind.getElements,
            operation: "list elements of",
            object: set.description
        ) { writer in
            writer.netfilterHeader(family: set.table.family.rawValue)
            writer.attribute(Attribute.table, string: set.table.name)
            writer.attribute(Attribute.set, string: set.name)
        }
        do throws(NetlinkError) {
            var elements: [SetElement] = []
            for message in try dump(request) where message.type == MessageKind.newElements {
                try Self.read(message, into: &elements)
            }
            return elements
        } catch {
            if error.errno == .noSuchFileOrDirectory { return nil }
            throw NFTablesError(sending: error)
        }
    }

    private static func read(_ message: NetlinkMessage, into elements: inout [SetElement]) throws(NetlinkError) {
        var attributes = try message.attributes(after: 4)
        while attributes.next() {
            guard attributes.type == Attribute.elements else { continue }
            attributes.nested { list in
                while list.next() {
                    list.nested { if let element = element(&$0) { elements.append(element) } }
                }
            }
        }
        try attributes.finish()
    }

    private static func element(_ attributes: inout AttributeReader) -> SetElement? {
        var key: ElementValue?
        var data: ElementValue?
        var comment: String?
        while attributes.next() {
            switch attributes.type {
            case Attribute.key: attributes.nested { key = value(&$0) }
            case Attribute.data: attributes.nested { data = value(&$0) }
            case Attribute.userData: comment = Self.comment(in: Array(attributes.payload))
            default: continue
            }
        }
        guard let key else { return nil }
        return SetElement(key, data: data.map(ElementData.value) ?? .none, comment: comment)
    }

    private static func value(_ attributes: inout AttributeReader) -> ElementValue? {
        var value: ElementValue?
        while attributes.next() {
            if attributes.type == Attribute.value { value = ElementValue(bytes: attributes.payload) }
        }
        return value
    }

    /// The comment among libnftnl's pieces of user data: type (0), length, bytes with a zero at the end.
    static func comment(in bytes: [UInt8]) -> String? {
        var index = 0
        while index + 2 <= bytes.count {
            let (type, length) = (bytes[index], Int(bytes[index + 1]))
            let end = index + 2 + length
            guard end <= bytes.count else { return nil }
            if type == 0 { return String(decoding: bytes[(index + 2)..<end].prefix { $0 != 0 }, as: UTF8.self) }
            index = end
        }
        return nil
    }
}
