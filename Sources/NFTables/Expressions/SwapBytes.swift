import Netlink

/// `enum nft_byteorder_attributes`.
private enum Attribute {
    static let source: UInt16 = 1
    static let destination: UInt16 = 2
    static let operation: UInt16 = 3
    static let length: UInt16 = 4
    static let size: UInt16 = 5
}

/// Brings numbers in a register into the other byte order, as intervals of host-order values need it.
public struct SwapBytes: ExpressionBody, Hashable, Sendable, CustomStringConvertible {
    static let name = "byteorder"

    /// The direction: `NFT_BYTEORDER_*`.
    public enum Direction: UInt32, Hashable, Sendable, CustomStringConvertible {
        /// From network to host order.
        case toHost = 0
        /// From host to network order.
        case toNetwork = 1

        /// libnftnl's word.
        public var description: String { self == .toHost ? "ntoh" : "hton" }
    }

    /// Where the numbers are.
    public var source: Register
    /// Where they go.
    public var destination: Register
    /// The direction.
    public var direction: Direction
    /// Bytes in all.
    public var length: Int
    /// Bytes of one number: 2, 4 or 8.
    public var size: Int

    /// Makes the expression.
    public init(_ source: Register, to destination: Register, _ direction: Direction, length: Int, size: Int) {
        self.source = source
        self.destination = destination
        self.direction = direction
        self.length = length
        self.size = size
    }

    func encode(into writer: inout AttributeWriter) {
        writer.attribute(Attribute.source, network: source.number)
        writer.attribute(Attribute.destination, network: destination.number)
        writer.attribute(Attribute.operation, network: direction.rawValue)
        writer.attribute(Attribute.length, network: UInt32(truncatingIfNeeded: length))
        writer.attribute(Attribute.size, network: UInt32(truncatingIfNeeded: size))
    }

    /// In libnftnl's notation.
    public var description: String { "byteorder \(destination) = \(direction)(\(source), \(size), \(length))" }
}
