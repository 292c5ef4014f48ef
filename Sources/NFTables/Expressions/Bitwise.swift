import Netlink

/// `enum nft_bitwise_attributes`.
private enum Attribute {
    static let source: UInt16 = 1
    static let destination: UInt16 = 2
    static let length: UInt16 = 3
    static let mask: UInt16 = 4
    static let xor: UInt16 = 5
    static let operation: UInt16 = 6
}

/// Masks a register and flips bits: `destination = (source & mask) ^ xor`, which expresses and, or, xor and not.
public struct Bitwise: ExpressionBody, Hashable, Sendable, CustomStringConvertible {
    static let name = "bitwise"
    /// Where the value is.
    public var source: Register
    /// Where the result goes.
    public var destination: Register
    /// The bits that are kept; its length is the value's.
    public var mask: ElementValue
    /// The bits that are flipped afterwards.
    public var xor: ElementValue

    /// Makes the expression.
    public init(_ source: Register, to destination: Register, mask: ElementValue, xor: ElementValue) {
        self.source = source
        self.destination = destination
        self.mask = mask
        self.xor = xor
    }

    func encode(into writer: inout AttributeWriter) {
        writer.attribute(Attribute.source, network: source.number)
        writer.attribute(Attribute.destination, network: destination.number)
        writer.attribute(Attribute.operation, network: UInt32(0))
        writer.attribute(Attribute.length, network: UInt32(mask.length))
        writer.data(Attribute.mask, mask)
        writer.data(Attribute.xor, xor)
    }

    /// In libnftnl's notation.
    public var description: String {
        "bitwise \(destination) = ( \(source) & \(mask.registerText) ) ^ \(xor.registerText)"
    }
}
