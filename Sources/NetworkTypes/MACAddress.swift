/// A 48-bit Ethernet address.
public struct MACAddress: Hashable, Sendable {
    /// The address as a number: 02:00:00:00:00:01 is 0x0200_0000_0001; the upper 16 bits are zero.
    public let rawValue: UInt64

    /// Makes an address of the number's lower 48 bits.
    public init(rawValue: UInt64) { self.rawValue = rawValue & 0xffff_ffff_ffff }

    /// Reads six bytes in transmission order; nil if there are more or fewer.
    @inlinable
    public init?(bytes: some Collection<UInt8>) {
        guard bytes.count == 6 else { return nil }
        self.init(rawValue: bytes.reduce(0) { $0 << 8 | UInt64($1) })
    }

    /// Parses six two-digit groups with ":" or "-" between ("02:00:5e:10:00:01"); nil for anything else.
    public init?(_ text: some StringProtocol) {
        let characters = Array(text.utf8)
        guard characters.count == 17, characters[2] == UInt8(ascii: ":") || characters[2] == UInt8(ascii: "-") else {
            return nil
        }
        var number: UInt64 = 0
        for (index, character) in characters.enumerated() {
            if index % 3 == 2 {
                guard character == characters[2] else { return nil }
            } else {
                guard let digit = hexDigitValue(character) else { return nil }
                number = number << 4 | UInt64(digit)
            }
        }
        rawValue = number
    }

    /// The six bytes in transmission order.
    public var bytes: [UInt8] { (0..<6).map { UInt8(truncatingIfNeeded: rawValue >> UInt64(40 - $0 * 8)) } }

    /// Whether the group bit is set: not the address of one interface.
    public var isMulticast: Bool { rawValue >> 40 & 1 != 0 }

    /// Whether the "locally administered" bit is set: not from a vendor's range.
    public var isLocallyAdministered: Bool { rawValue >> 40 & 2 != 0 }

    /// ff:ff:ff:ff:ff:ff.
    public static var broadcast: MACAddress { MACAddress(rawValue: .max) }
    /// 00:00:00:00:00:00, which FDB entries use as "anyone".
    public static var zero: MACAddress { MACAddress(rawValue: 0) }

    /// A random unicast, locally administered address.
    public static func random(using generator: inout some RandomNumberGenerator) -> MACAddress {
        MACAddress(rawValue: generator.next() & ~(3 << 40) | 2 << 40)
    }

    /// A random unicast, locally administered address from the system's generator.
    public static func random() -> MACAddress {
        var generator = SystemRandomNumberGenerator()
        return random(using: &generator)
    }
}

extension MACAddress: Comparable, CustomStringConvertible {
    /// Orders by number.
    public static func < (left: MACAddress, right: MACAddress) -> Bool { left.rawValue < right.rawValue }

    /// Lower-case groups with ":" between.
    public var description: String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined(separator: ":")
    }
}
