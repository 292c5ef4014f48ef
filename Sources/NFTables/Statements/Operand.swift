/// A value that a rule writes somewhere: to a field, into a map, as a new address.
public indirect enum Operand: Hashable, Sendable {
    /// A constant.
    case constant(ElementValue, ValueType)
    /// Something about the packet.
    case selector(Selector)
    /// Something of 32 bits about the packet, with only the bits of `mask` kept, and then those of `xor` flipped.
    case masked(Selector, mask: UInt32, xor: UInt32)
    /// What a map says about the packet; the rule ends if the map has nothing.
    case lookup([Selector], NamedSet)
    /// The same with a map of the rule's own, which never changes.
    case anonymousMap([Selector], to: ValueType, [SetElement])

    /// A mark.
    public static func mark(_ mark: UInt32) -> Operand { .constant(ElementValue(.host32(mark)), [.mark]) }

    /// A selector's 32 bits with some of them set.
    public static func setting(_ bits: UInt32, of selector: Selector) -> Operand {
        .masked(selector, mask: ~bits, xor: bits)
    }

    /// A selector's 32 bits with some of them cleared.
    public static func clearing(_ bits: UInt32, of selector: Selector) -> Operand {
        .masked(selector, mask: ~bits, xor: 0)
    }

    /// The type of the value.
    public var type: ValueType {
        switch self {
        case .constant(_, let type): type
        case .selector(let selector), .masked(let selector, _, _): [selector.type]
        case .lookup(_, let set):
            if case .value(let type) = set.content { type } else { [] }
        case .anonymousMap(_, let type, _): type
        }
    }

    var selectors: [Selector] {
        switch self {
        case .constant: []
        case .selector(let selector), .masked(let selector, _, _): [selector]
        case .lookup(let selectors, _), .anonymousMap(let selectors, _, _): selectors
        }
    }
}

extension Operand: CustomStringConvertible {
    /// As nft writes it.
    public var description: String {
        switch self {
        case .constant(let value, let type): value.text(type)
        case .selector(let selector): selector.description
        case .masked(let selector, let mask, let xor): Self.maskedText(selector, mask, xor)
        case .lookup(let selectors, let set): "\(Selector.text(selectors)) map @\(set.name)"
        case .anonymousMap(let selectors, let type, let elements):
            "\(Selector.text(selectors)) map \(SetElement.listText(elements, key: ValueType(selectors.map(\.type)), content: .value(type)))"
        }
    }

    private static func maskedText(_ selector: Selector, _ mask: UInt32, _ xor: UInt32) -> String {
        let maskText = "0x\(hexadecimal(mask, digits: 8))"
        let xorText = "0x\(hexadecimal(xor, digits: 8))"
        if xor == 0 { return "\(selector) & \(maskText)" }
        if mask == ~xor { return "\(selector) | \(xorText)" }
        if mask == .max { return "\(selector) ^ \(xorText)" }
        return "\(selector) & \(maskText) ^ \(xorText)"
    }
}
