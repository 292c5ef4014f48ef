import Netlink

/// `enum nft_payload_attributes`.
private enum Attribute {
    static let destination: UInt16 = 1
    static let base: UInt16 = 2
    static let offset: UInt16 = 3
    static let length: UInt16 = 4
    static let source: UInt16 = 5
    static let checksumType: UInt16 = 6
    static let checksumOffset: UInt16 = 7
    static let checksumFlags: UInt16 = 8
}

/// Part of a packet's headers, as the `payload` expression finds it.
public struct PayloadLocation: Hashable, Sendable {
    /// Which header offsets count from: `NFT_PAYLOAD_*_HEADER`.
    public enum Base: UInt32, Hashable, Sendable, CustomStringConvertible {
        /// Ethernet.
        case link = 0
        /// IPv4 or IPv6.
        case network = 1
        /// TCP, UDP, SCTP, ICMP.
        case transport = 2

        /// libnftnl's word.
        public var description: String {
            switch self {
            case .link: "link"
            case .network: "network"
            case .transport: "transport"
            }
        }
    }

    /// Which header.
    public var base: Base
    /// Bytes from the header's begin.
    public var offset: UInt32
    /// Bytes.
    public var length: UInt32

    /// Names a part of a header.
    public init(_ base: Base, offset: UInt32, length: UInt32) {
        self.base = base
        self.offset = offset
        self.length = length
    }
}

/// Loads part of a packet's headers; ends the rule if the packet has no such part.
public struct PayloadLoad: ExpressionBody, Hashable, Sendable, CustomStringConvertible {
    static let name = "payload"
    /// What is loaded.
    public var location: PayloadLocation
    /// Where to.
    public var destination: Register

    /// Makes the expression.
    public init(_ location: PayloadLocation, to destination: Register) {
        self.location = location
        self.destination = destination
    }

    func encode(into writer: inout AttributeWriter) {
        writer.attribute(Attribute.destination, network: destination.number)
        writer.attribute(Attribute.base, network: location.base.rawValue)
        writer.attribute(Attribute.offset, network: location.offset)
        writer.attribute(Attribute.length, network: location.length)
    }

    /// In libnftnl's notation.
    public var description: String {
        "payload load \(location.length)b @ \(location.base) header + \(location.offset) => \(destination)"
    }
}

/// Writes part of a packet's headers, and mends the checksums.
public struct PayloadStore: ExpressionBody, Hashable, Sendable, CustomStringConvertible {
    static let name = "payload"
    /// The checksum of the changed header itself: `NFT_PAYLOAD_CSUM_*`.
    public enum Checksum: UInt32, Hashable, Sendable {
        /// There is none.
        case none = 0
        /// The Internet checksum of IPv4, TCP and UDP.
        case internet = 1
    }

    /// What is written.
    public var location: PayloadLocation
    /// Where from.
    public var source: Register
    /// The header's checksum.
    public var checksum: Checksum
    /// Where the checksum is, in bytes from the header's begin.
    public var checksumOffset: UInt32
    /// Whether the transport checksum covers the changed bytes (`NFT_PAYLOAD_L4CSUM_PSEUDOHDR`).
    public var changesPseudoHeader: Bool

    /// Makes the expression.
    public init(
        _ location: PayloadLocation,
        from source: Register,
        checksum: Checksum = .none,
        checksumOffset: UInt32 = 0,
        changesPseudoHeader: Bool = false
    ) {
        self.location = location
        self.source = source
        self.checksum = checksum
        self.checksumOffset = checksumOffset
        self.changesPseudoHeader = changesPseudoHeader
    }

    func encode(into writer: inout AttributeWriter) {
        writer.attribute(Attribute.source, network: source.number)
        writer.attribute(Attribute.base, network: location.base.rawValue)
        writer.attribute(Attribute.offset, network: location.offset)
        writer.attribute(Attribute.length, network: location.length)
        writer.attribute(Attribute.checksumType, network: checksum.rawValue)
        writer.attribute(Attribute.checksumOffset, network: checksumOffset)
        writer.attribute(Attribute.checksumFlags, network: UInt32(changesPseudoHeader ? 1 : 0))
    }

    /// In libnftnl's notation.
    public var description: String {
        "payload write \(source) => \(location.length)b @ \(location.base) header + \(location.offset)"
            + " csum_type \(checksum.rawValue) csum_off \(checksumOffset) csum_flags 0x\(changesPseudoHeader ? 1 : 0)"
    }
}
