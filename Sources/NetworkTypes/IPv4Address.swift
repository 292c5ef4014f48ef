/// An IPv4 address.
public struct IPv4Address: RawRepresentable, Hashable, Sendable {
    /// The dotted quad as a number in host order: 10.0.0.1 is 0x0A00_0001.
    public var rawValue: UInt32

    /// Makes the address of that number; see ``rawValue``.
    public init(rawValue: UInt32) { self.rawValue = rawValue }

    /// Makes an address of its four octets.
    public init(_ first: UInt8, _ second: UInt8, _ third: UInt8, _ fourth: UInt8) {
        rawValue = UInt32(first) << 24 | UInt32(second) << 16 | UInt32(third) << 8 | UInt32(fourth)
    }

    /// Parses "10.0.0.1"; nil for anything else, leading zeros ("010.0.0.1") included, as they may mean octal elsewhere.
    @inlinable
    public init?(_ text: some StringProtocol) { self.init(text.utf8, allowingLeadingZeros: false) }

    /// Parses like ``init(_:)``, but reads leading zeros as decimal, as the Kubernetes API does for old objects.
    @inlinable
    public init?(sloppy text: some StringProtocol) { self.init(text.utf8, allowingLeadingZeros: true) }

    /// Reads four bytes in network order; nil if there are more or fewer.
    @inlinable
    public init?(bytes: some Collection<UInt8>) {
        guard bytes.count == 4 else { return nil }
        self.init(rawValue: bytes.reduce(0) { $0 << 8 | UInt32($1) })
    }

    /// In one pass, and specialized for the caller's text: lists of endpoints hold a hundred thousand of them.
    @inlinable
    init?(_ text: some Collection<UInt8>, allowingLeadingZeros: Bool) {
        var number: UInt32 = 0
        var octet: UInt32 = 0
        var (digits, dots) = (0, 0)
        for byte in text {
            if byte == UInt8(ascii: ".") {
                guard digits > 0, dots < 3 else { return nil }
                number = number << 8 | octet
                (octet, digits, dots) = (0, 0, dots + 1)
                continue
            }
            let digit = byte &- UInt8(ascii: "0")
            guard digit < 10, allowingLeadingZeros || digits == 0 || octet != 0 else { return nil }
            octet = octet * 10 + UInt32(digit)
            digits += 1
            guard octet <= 255 else { return nil }
        }
        guard digits > 0, dots == 3 else { return nil }
        rawValue = number << 8 | octet
    }

    /// The four bytes in network order.
    public var bytes: [UInt8] {
        [
            UInt8(truncatingIfNeeded: rawValue >> 24), UInt8(truncatingIfNeeded: rawValue >> 16),
            UInt8(truncatingIfNeeded: rawValue >> 8), UInt8(truncatingIfNeeded: rawValue),
        ]
    }

    /// 0.0.0.0.
    public static var any: IPv4Address { IPv4Address(rawValue: 0) }
    /// 127.0.0.1.
    public static var loopback: IPv4Address { IPv4Address(127, 0, 0, 1) }
    /// 255.255.255.255.
    public static var broadcast: IPv4Address { IPv4Address(rawValue: .max) }
}

extension IPv4Address: Comparable, CustomStringConvertible {
    /// Orders by number.
    public static func < (left: IPv4Address, right: IPv4Address) -> Bool { left.rawValue < right.rawValue }

    /// The dotted quad.
    public var description: String {
        "\(rawValue >> 24).\(rawValue >> 16 & 255).\(rawValue >> 8 & 255).\(rawValue & 255)"
    }
}
