import Netlink

/// `enum nft_cmp_attributes`.
private enum Attribute {
    static let source: UInt16 = 1
    static let operation: UInt16 = 2
    static let data: UInt16 = 3
}

/// How two values are compared (`NFT_CMP_*`).
///
/// The bytes are compared as in packets, the first most significant.
public enum Comparison: UInt32, Hashable, Sendable, CustomStringConvertible {
    /// The same bytes.
    case equal = 0
    /// Other bytes.
    case notEqual = 1
    /// Below.
    case less = 2
    /// Below or the same.
    case lessOrEqual = 3
    /// Above.
    case greater = 4
    /// Above or the same.
    case greaterOrEqual = 5

    /// libnftnl's word.
    public var description: String {
        switch self {
        case .equal: "eq"
        case .notEqual: "neq"
        case .less: "lt"
        case .lessOrEqual: "lte"
        case .greater: "gt"
        case .greaterOrEqual: "gte"
        }
    }

    /// nft's sign.
    public var sign: String {
        switch self {
        case .equal: "=="
        case .notEqual: "!="
        case .less: "<"
        case .lessOrEqual: "<="
        case .greater: ">"
        case .greaterOrEqual: ">="
        }
    }
}

/// Ends the rule unless a register compares so with a value.
public struct Compare: ExpressionBody, Hashable, Sendable, CustomStringConvertible {
    static let name = "cmp"
    /// The register on the left.
    public var source: Register
    /// How they are compared.
    public var comparison: Comparison
    /// The value on the right; its length says how much of the register counts.
    public var value: ElementValue

    /// Makes the expression.
    public init(_ source: Register, _ comparison: Comparison, _ value: ElementValue) {
        self.source = source
        self.comparison = comparison
        self.value = value
    }

    func encode(into writer: inout AttributeWriter) {
        writer.attribute(Attribute.source, network: source.number)
        writer.attribute(Attribute.operation, network: comparison.rawValue)
        writer.data(Attribute.data, value)
    }

    /// In libnftnl's notation.
    public var description: String { "cmp \(comparison) \(source) \(value.registerText)" }
}
