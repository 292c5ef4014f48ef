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
    static let expression: UInt16 = 7
    static let value: UInt16 = 1
    /// `NFTA_EXPR_DATA`.
    static let expressionData: UInt16 = 2
}

/// What an element of a counting set counted.
public struct ElementCount: Hashable, Sendable {
    /// The element's key.
    public var key: ElementValue
    /// The element's comment.
    public var comment: String?
    /// What it counted.
    public var counter: Counter
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
        var elements: [SetElement] = []
        let isThere = try forEachElement(of: set) { if let element = Self.element(&$0) { elements.append(element) } }
        return isThere ? elements : nil
    }

    /// Reads what the elements of a set counted that ``NamedSet/countsPackets``.
    ///
    /// - Parameter set: which; only its table and name count.
    /// - Returns: nil when there is no such set.
    /// - Throws: ``NFTablesError``.
    public mutating func counts(of set: NamedSet) throws(NFTablesError) -> [ElementCount]? {
        var counts: [ElementCount] = []
        let isThere = try forEachElement(of: set) { if let count = Self.count(&$0) { counts.append(count) } }
        return isThere ? counts : nil
    }

    /// Returns whether there is such a set.
    private mutating func forEachElement(
        of set: NamedSet,
        _ take: (inout AttributeReader) -> Void
    ) throws(NFTablesError) -> Bool {
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
            for message in try dump(request) where message.type == MessageKind.newElements {
                try Self.read(message, take)
            }
            return true
        } catch {
            if error.errno == .noSuchFileOrDirectory { return false }
            throw NFTablesError(sending: error)
        }
    }

    private static func read(
        _ message: NetlinkMessage,
        _ take: (inout AttributeReader) -> Void
    ) throws(NetlinkError) {
        var attributes = try message.attributes(after: 4)
        while attributes.next() {
            guard attributes.type == Attribute.elements else { continue }
            attributes.nested { list in
                while list.next() { list.nested { take(&$0) } }
            }
        }
        try attributes.finish()
    }

    private static func count(_ attributes: inout AttributeReader) -> ElementCount? {
        var key: ElementValue?
        var comment: String?
        var counter = Counter()
        while attributes.next() {
            switch attributes.type {
            case Attribute.key: attributes.nested { key = value(&$0) }
            case Attribute.userData: comment = Self.comment(in: Array(attributes.payload))
            case Attribute.expression:
                attributes.nested { expression in
                    while expression.next() {
                        if expression.type == Attribute.expressionData { expression.nested { counter.read(&$0) } }
                    }
                }
            default: continue
            }
        }
        return key.map { ElementCount(key: $0, comment: comment, counter: counter) }
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
