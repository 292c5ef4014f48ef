/// An address of either family.
public enum IPAddress: Hashable, Sendable {
    /// An IPv4 address.
    case v4(IPv4Address)
    /// An IPv6 address.
    case v6(IPv6Address)

    /// Parses either family's text; nil for anything else, IPv4 octets with leading zeros included.
    @inlinable
    public init?(_ text: some StringProtocol) {
        if let address = IPv4Address(text) {
            self = .v4(address)
        } else if let address = IPv6Address(text) {
            self = .v6(address)
        } else {
            return nil
        }
    }

    /// Parses like ``init(_:)``, but reads leading zeros in IPv4 octets as decimal, as the Kubernetes API does.
    @inlinable
    public init?(sloppy text: some StringProtocol) {
        if let address = IPv4Address(sloppy: text) {
            self = .v4(address)
        } else if let address = IPv6Address(sloppy: text) {
            self = .v6(address)
        } else {
            return nil
        }
    }

    /// Reads 4 or 16 bytes in network order; nil for any other count.
    @inlinable
    public init?(bytes: some Collection<UInt8>) {
        if let address = IPv4Address(bytes: bytes) {
            self = .v4(address)
        } else if let address = IPv6Address(bytes: bytes) {
            self = .v6(address)
        } else {
            return nil
        }
    }

    /// Makes the address of a number; nil if it has more bits than the family.
    public init?(family: IPFamily, rawValue: UInt128) {
        switch family {
        case .ipv4:
            guard let number = UInt32(exactly: rawValue) else { return nil }
            self = .v4(IPv4Address(rawValue: number))
        case .ipv6:
            self = .v6(IPv6Address(rawValue: rawValue))
        }
    }

    /// The IP version.
    public var family: IPFamily {
        switch self {
        case .v4: .ipv4
        case .v6: .ipv6
        }
    }

    /// The address as a number in host order.
    public var rawValue: UInt128 {
        switch self {
        case .v4(let address): UInt128(address.rawValue)
        case .v6(let address): address.rawValue
        }
    }

    /// The 4 or 16 bytes in network order.
    public var bytes: [UInt8] {
        switch self {
        case .v4(let address): address.bytes
        case .v6(let address): address.bytes
        }
    }

    /// The address that many further on (or back); nil if that leaves the address space.
    public func advanced(by offset: Int) -> IPAddress? {
        let (sum, overflow) =
            offset >= 0
            ? rawValue.addingReportingOverflow(UInt128(offset))
            : rawValue.subtractingReportingOverflow(UInt128(offset.magnitude))
        return overflow ? nil : IPAddress(family: family, rawValue: sum)
    }

    /// 0.0.0.0 or `::`.
    public static func any(_ family: IPFamily) -> IPAddress { family == .ipv4 ? .v4(.any) : .v6(.any) }

    /// 127.0.0.1 or `::1`.
    public static func loopback(_ family: IPFamily) -> IPAddress { family == .ipv4 ? .v4(.loopback) : .v6(.loopback) }
}

extension IPAddress {
    /// 0.0.0.0 or `::`.
    public var isUnspecified: Bool { rawValue == 0 }

    /// In 127.0.0.0/8, or `::1`.
    public var isLoopback: Bool {
        switch self {
        case .v4(let address): address.rawValue >> 24 == 127
        case .v6(let address): address == .loopback || address.mappedIPv4.map { $0.rawValue >> 24 == 127 } ?? false
        }
    }

    /// In 169.254.0.0/16 or fe80::/10.
    public var isLinkLocal: Bool {
        switch self {
        case .v4(let address): address.rawValue >> 16 == 0xa9fe
        case .v6(let address): address.high >> 54 == 0x3fa
        }
    }

    /// In 224.0.0.0/4 or ff00::/8.
    public var isMulticast: Bool {
        switch self {
        case .v4(let address): address.rawValue >> 28 == 0xe
        case .v6(let address): address.high >> 56 == 0xff
        }
    }
}

extension IPAddress: Comparable, CustomStringConvertible {
    /// Orders IPv4 before IPv6, then by number.
    public static func < (left: IPAddress, right: IPAddress) -> Bool {
        (left.family.rawValue, left.rawValue) < (right.family.rawValue, right.rawValue)
    }

    /// The dotted quad, or RFC 5952 text.
    public var description: String {
        switch self {
        case .v4(let address): address.description
        case .v6(let address): address.description
        }
    }
}
