import Netlink

/// `enum nft_range_attributes`.
private enum Attribute {
    static let source: UInt16 = 1
    static let operation: UInt16 = 2
    static let from: UInt16 = 3
    static let to: UInt16 = 4
}

/// Ends the rule unless a register is within (or with `isInverted` outside) an interval, both ends included.
public struct RangeCompare: ExpressionBody, Hashable, Sendable, CustomStringConvertible {
    static let name = "range"
    /// The register that is compared.
    public var source: Register
    /// Whether the value has to be outside.
    public var isInverted: Bool
    /// The lowest value of the interval.
    public var from: ElementValue
    /// The highest value of the interval.
    public var to: ElementValue

    /// Makes the expression.
    public init(_ source: Register, from: ElementValue, to: ElementValue, isInverted: Bool = false) {
        self.source = source
        self.from = from
        self.to = to
        self.isInverted = isInverted
    }

    func encode(into writer: inout AttributeWriter) {
        writer.attribute(Attribute.source, network: source.number)
        writer.attribute(Attribute.operation, network: UInt32(isInverted ? 1 : 0))
        writer.data(Attribute.from, from)
        writer.data(Attribute.to, to)
    }

    /// In libnftnl's notation.
    public var description: String {
        "range \(isInverted ? "neq" : "eq") \(source) \(from.registerText) \(to.registerText)"
    }
}
