import Netlink

/// `enum nft_counter_attributes`.
private enum Attribute {
    static let bytes: UInt16 = 1
    static let packets: UInt16 = 2
}

/// Counts the packets that come so far in the rule.
public struct Counter: ExpressionBody, Hashable, Sendable, CustomStringConvertible {
    static let name = "counter"
    /// The packets to begin with.
    public var packets: UInt64
    /// The bytes to begin with.
    public var bytes: UInt64

    /// Makes the expression.
    public init(packets: UInt64 = 0, bytes: UInt64 = 0) {
        self.packets = packets
        self.bytes = bytes
    }

    func encode(into writer: inout AttributeWriter) {
        writer.attribute(Attribute.bytes, network: bytes)
        writer.attribute(Attribute.packets, network: packets)
    }

    /// Takes what the kernel counted.
    mutating func read(_ attributes: inout AttributeReader) {
        while attributes.next() {
            switch attributes.type {
            case Attribute.bytes: bytes = attributes.networkUInt64()
            case Attribute.packets: packets = attributes.networkUInt64()
            default: continue
            }
        }
    }

    /// In libnftnl's notation.
    public var description: String { "counter pkts \(packets) bytes \(bytes)" }
}
