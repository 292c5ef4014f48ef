/// An IPv6 address, without a zone.
public struct IPv6Address: Hashable, Sendable {
    /// The first 64 bits (the network half of a usual subnet).
    public var high: UInt64
    /// The last 64 bits (the interface identifier of a usual subnet).
    public var low: UInt64

    /// Makes an address of its two halves, each a number in host order.
    public init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// Makes the address of a 128-bit number.
    public init(rawValue: UInt128) {
        self.init(high: UInt64(truncatingIfNeeded: rawValue >> 64), low: UInt64(truncatingIfNeeded: rawValue))
    }

    /// The address as one number in host order: ::1 is 1.
    public var rawValue: UInt128 { UInt128(high) << 64 | UInt128(low) }

    /// Reads sixteen bytes in network order; nil if there are more or fewer.
    @inlinable
    public init?(bytes: some Collection<UInt8>) {
        guard bytes.count == 16 else { return nil }
        self.init(rawValue: bytes.reduce(0) { $0 << 8 | UInt128($1) })
    }

    /// The sixteen bytes in network order.
    public var bytes: [UInt8] {
        (0..<16).map { UInt8(truncatingIfNeeded: ($0 < 8 ? high : low) >> UInt64((7 - $0 % 8) * 8)) }
    }

    /// The eight 16-bit groups of the text form.
    public var groups: [UInt16] {
        (0..<8).map { UInt16(truncatingIfNeeded: ($0 < 4 ? high : low) >> UInt64((3 - $0 % 4) * 16)) }
    }

    /// The IPv4 address in ::ffff:0:0/96 (RFC 4291, 2.5.5.2), nil if this is not one of those.
    public var mappedIPv4: IPv4Address? {
        high == 0 && low >> 32 == 0xffff ? IPv4Address(rawValue: UInt32(truncatingIfNeeded: low)) : nil
    }

    /// `::`.
    public static var any: IPv6Address { IPv6Address(high: 0, low: 0) }
    /// `::1`.
    public static var loopback: IPv6Address { IPv6Address(high: 0, low: 1) }
}

extension IPv6Address: Comparable {
    /// Orders by number.
    public static func < (left: IPv6Address, right: IPv6Address) -> Bool {
        (left.high, left.low) < (right.high, right.low)
    }
}
