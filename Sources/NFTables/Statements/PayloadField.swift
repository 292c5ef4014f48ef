public import NetworkTypes

/// A named field of a header: what nft calls "ip daddr" or "th dport".
public struct PayloadField: Hashable, Sendable {
    /// What must hold for the header to be there; nft puts such a match before the field by itself.
    public enum Requirement: Hashable, Sendable {
        /// A packet of this IP family, in tables that see both.
        case network(IPFamily)
        /// A packet of this transport protocol.
        case transport(TransportProtocol)
    }

    /// Where the field is.
    public var location: PayloadLocation
    /// The type of the value.
    public var type: DataType
    /// nft's words.
    public var text: String
    /// What must hold for the header to be there.
    public var requirement: Requirement?

    /// Names a field.
    public init(_ location: PayloadLocation, type: DataType, text: String, requirement: Requirement? = nil) {
        self.location = location
        self.type = type
        self.text = text
        self.requirement = requirement
    }

    /// The source address of IPv4 or IPv6.
    public static func sourceAddress(_ family: IPFamily) -> PayloadField {
        address(family, offset: family == .ipv4 ? 12 : 8, word: "saddr")
    }

    /// The destination address of IPv4 or IPv6.
    public static func destinationAddress(_ family: IPFamily) -> PayloadField {
        address(family, offset: family == .ipv4 ? 16 : 24, word: "daddr")
    }

    private static func address(_ family: IPFamily, offset: UInt32, word: String) -> PayloadField {
        PayloadField(
            PayloadLocation(.network, offset: offset, length: UInt32(truncatingIfNeeded: family.addressLength)),
            type: .address(family),
            text: "\(TableFamily(family)) \(word)",
            requirement: .network(family)
        )
    }

    /// The source port of any transport protocol that has ports.
    public static let sourcePort = PayloadField(
        PayloadLocation(.transport, offset: 0, length: 2),
        type: .inetService,
        text: "th sport"
    )
    /// The destination port of any transport protocol that has ports.
    public static let destinationPort = PayloadField(
        PayloadLocation(.transport, offset: 2, length: 2),
        type: .inetService,
        text: "th dport"
    )

    /// The source port of one transport protocol.
    public static func sourcePort(_ transport: TransportProtocol) -> PayloadField {
        PayloadField(
            PayloadLocation(.transport, offset: 0, length: 2),
            type: .inetService,
            text: "\(transport) sport",
            requirement: .transport(transport)
        )
    }

    /// The destination port of one transport protocol.
    public static func destinationPort(_ transport: TransportProtocol) -> PayloadField {
        PayloadField(
            PayloadLocation(.transport, offset: 2, length: 2),
            type: .inetService,
            text: "\(transport) dport",
            requirement: .transport(transport)
        )
    }

    /// The sender's Ethernet address.
    public static let etherSource = PayloadField(
        PayloadLocation(.link, offset: 6, length: 6),
        type: .etherAddress,
        text: "ether saddr"
    )
    /// The receiver's Ethernet address.
    public static let etherDestination = PayloadField(
        PayloadLocation(.link, offset: 0, length: 6),
        type: .etherAddress,
        text: "ether daddr"
    )
}
