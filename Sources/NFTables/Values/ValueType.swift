/// The type of a set's key or data: one data type, or several concatenated.
public struct ValueType: Hashable, Sendable, CustomStringConvertible, ExpressibleByArrayLiteral {
    /// The concatenated types in order; at most five, for nft's number has 6 bits for each of 32.
    public let components: [DataType]

    /// Concatenates types; one type alone is that type.
    public init(_ components: [DataType]) { self.components = components }

    /// Concatenates types; one type alone is that type.
    public init(arrayLiteral components: DataType...) { self.components = components }

    /// Whether the value consists of several fields, each padded to a register's four bytes.
    public var isConcatenation: Bool { components.count > 1 }

    /// nft's number: 6 bits for each component, the first highest (`NFTA_SET_KEY_TYPE`).
    public var identifier: UInt32 { components.reduce(0) { $0 << 6 | $1.identifier & 0x3f } }

    /// Bytes of a value; in a concatenation every field is padded to four bytes.
    public var length: Int {
        isConcatenation ? components.reduce(0) { $0 + ($1.length + 3) / 4 * 4 } : components.first?.length ?? 0
    }

    /// The order of a value's bytes; a concatenation has none of its own.
    public var byteOrder: DataType.ByteOrder { isConcatenation ? .none : components.first?.byteOrder ?? .none }

    /// As nft writes it, such as `ipv4_addr . inet_proto . inet_service`.
    public var description: String { components.map(\.name).joined(separator: " . ") }
}
