import Netlink

/// `enum nft_set_elem_list_attributes`.
private enum ListAttribute {
    static let table: UInt16 = 1
    static let set: UInt16 = 2
    static let elements: UInt16 = 3
    static let setID: UInt16 = 4
}

/// `enum nft_set_elem_attributes`.
private enum Attribute {
    static let key: UInt16 = 1
    static let data: UInt16 = 2
    static let flags: UInt16 = 3
    static let timeout: UInt16 = 4
    static let userData: UInt16 = 6
    static let keyEnd: UInt16 = 10
}

/// `NFTA_LIST_ELEM`.
private let listElement: UInt16 = 1
/// `NFT_SET_ELEM_INTERVAL_END`.
private let intervalEnd: UInt32 = 1
/// `enum nftnl_udata_set_elem_types`.
private let elementComment: UInt8 = 0

/// Writes elements of one set, as many to a message as one attribute holds.
struct ElementEncoder {
    let table: String
    let name: String
    let setID: UInt32?
    /// Whether only keys are written, as for removing.
    let isKeyOnly: Bool
    /// Whether intervals are two elements, their begin and what is behind their end; else (in a concatenation) one.
    private let hasEndElements: Bool
    /// The set, if its keys are written in another byte order than that of their types.
    private let turning: NamedSet?

    /// The most bytes of elements in a message: an attribute's length has 16 bits, its header included.
    static let capacity = 65_531

    /// Writes elements of a named set.
    init(_ set: NamedSet, setID: UInt32?, isKeyOnly: Bool) {
        table = set.table.name
        name = set.name
        self.setID = setID
        self.isKeyOnly = isKeyOnly
        let isInterval = set.flags.contains(.interval)
        hasEndElements = isInterval && !set.key.isConcatenation
        turning = isInterval && set.key.components.contains(where: \.isTurnedInIntervals) ? set : nil
    }

    /// Writes elements of a rule's own set.
    init(table: String, anonymous name: String, setID: UInt32) {
        self.table = table
        self.name = name
        self.setID = setID
        isKeyOnly = false
        hasEndElements = false
        turning = nil
    }

    /// The index behind the last element that fits one message that begins with the element at `start`.
    func chunk(of elements: Span<SetElement>, from start: Int) -> Int {
        var byteCount = 0
        var index = start
        while index < elements.count {
            let size = size(of: elements[index])
            // An element that is too large alone still goes, so that the writer can say so.
            if byteCount + size > Self.capacity && index > start { break }
            byteCount += size
            index += 1
        }
        return index
    }

    /// Appends a message's attributes.
    ///
    /// - Returns: where the first element begins, in bytes from the message's header.
    func encode(_ elements: Span<SetElement>, _ range: Range<Int>, into writer: inout AttributeWriter) -> Int {
        let start = writer.count - 4 - NetlinkMessage.headerLength
        writer.attribute(ListAttribute.set, string: name)
        if let setID { writer.attribute(ListAttribute.setID, network: setID) }
        writer.attribute(ListAttribute.table, string: table)
        let list = writer.beginNested(ListAttribute.elements)
        let firstOffset = writer.count - start
        for index in range { encode(elements[index], into: &writer) }
        writer.endNested(list)
        return firstOffset
    }

    private func encode(_ element: SetElement, into writer: inout AttributeWriter) {
        let nesting = writer.beginNested(listElement)
        if let timeout = element.timeout, !isKeyOnly { writer.attribute(Attribute.timeout, network: timeout) }
        writer.data(Attribute.key, stored(element.key))
        if let keyEnd = element.keyEnd, !hasEndElements { writer.data(Attribute.keyEnd, stored(keyEnd)) }
        if !isKeyOnly { encodeContent(of: element, into: &writer) }
        writer.endNested(nesting)
        if let end = endKey(of: element) {
            writer.nested(listElement) { writer in
                writer.attribute(Attribute.flags, network: intervalEnd)
                writer.data(Attribute.key, end)
            }
        }
    }

    @inline(__always)
    private func encodeContent(of element: SetElement, into writer: inout AttributeWriter) {
        switch element.data {
        case .none: break
        case .value(let value): writer.data(Attribute.data, value)
        case .verdict(let verdict): writer.data(Attribute.data, verdict)
        }
        if let comment = element.comment {
            writer.attribute(Attribute.userData, bytes: AttributeWriter.userData(elementComment, comment: comment))
        }
    }

    @inline(__always)
    private func stored(_ key: ElementValue) -> ElementValue { turning?.storedKey(key) ?? key }

    /// What is behind an interval of a single field: one more than its last key; nil behind the highest of all.
    private func endKey(of element: SetElement) -> ElementValue? {
        guard hasEndElements else { return nil }
        var bytes = stored(element.keyEnd ?? element.key).bytes
        for index in bytes.indices.reversed() {
            bytes[index] &+= 1
            if bytes[index] != 0 { return ElementValue(bytes: bytes) }
        }
        return nil
    }

    /// The bytes that an element takes, padding included.
    func size(of element: SetElement) -> Int {
        var size = 4 + valueSize(element.key.length)
        if let keyEnd = element.keyEnd, !hasEndElements { size += valueSize(keyEnd.length) }
        if hasEndElements, endKey(of: element) != nil { size += 4 + 8 + valueSize(element.key.length) }
        if isKeyOnly { return size }
        if element.timeout != nil { size += 12 }
        switch element.data {
        case .none: break
        case .value(let value): size += valueSize(value.length)
        case .verdict(let verdict):
            size += 4 + 4 + 8 + (verdict.chain.map { 4 + padded($0.utf8.count + 1) } ?? 0)
        }
        if let comment = element.comment { size += 4 + padded(2 + commentText(comment).utf8.count + 1) }
        return size
    }

    private func valueSize(_ length: Int) -> Int { 4 + 4 + padded(length) }

    private func padded(_ length: Int) -> Int { (length + 3) / 4 * 4 }
}
