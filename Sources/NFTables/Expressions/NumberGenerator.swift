import Netlink

/// `enum nft_ng_attributes`.
private enum Attribute {
    static let destination: UInt16 = 1
    static let modulus: UInt16 = 2
    static let kind: UInt16 = 3
    static let offset: UInt16 = 4
}

/// Makes a number for each packet, from `offset` to below `offset + modulus`, in host order.
public struct NumberGenerator: ExpressionBody, Hashable, Sendable, CustomStringConvertible {
    static let name = "numgen"

    /// How numbers follow each other: `NFT_NG_*`.
    public enum Kind: UInt32, Hashable, Sendable, CustomStringConvertible {
        /// One after the other.
        case incremental = 0
        /// At random.
        case random = 1

        /// libnftnl's word, and nft's.
        public var description: String { self == .incremental ? "inc" : "random" }
    }

    /// How numbers follow each other.
    public var kind: Kind
    /// How many numbers there are.
    public var modulus: UInt32
    /// The lowest number.
    public var offset: UInt32
    /// Where to.
    public var destination: Register

    /// Makes the expression.
    public init(_ kind: Kind, modulus: UInt32, offset: UInt32 = 0, to destination: Register) {
        self.kind = kind
        self.modulus = modulus
        self.offset = offset
        self.destination = destination
    }

    func encode(into writer: inout AttributeWriter) {
        writer.attribute(Attribute.destination, network: destination.number)
        writer.attribute(Attribute.modulus, network: modulus)
        writer.attribute(Attribute.kind, network: kind.rawValue)
        writer.attribute(Attribute.offset, network: offset)
    }

    /// In libnftnl's notation.
    public var description: String {
        "numgen \(destination) = \(kind) mod \(modulus)" + (offset == 0 ? "" : " offset \(offset)")
    }
}
