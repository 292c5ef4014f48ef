/// An address with a prefix length: a network, or an interface's address within its network.
///
/// Host bits are kept as given ("10.0.0.5/24" is an interface address); ``masked`` clears them.
public struct IPPrefix: Hashable, Sendable {
    /// The address, host bits included.
    public let address: IPAddress
    /// Leading bits that name the network: 0 to ``IPFamily/bitWidth``.
    public let length: Int

    /// Makes a prefix; nil if the length does not fit the family.
    public init?(address: IPAddress, length: Int) {
        guard length >= 0, length <= address.family.bitWidth else { return nil }
        self.address = address
        self.length = length
    }

    /// Makes the prefix that holds just this address (/32 or /128).
    public init(host address: IPAddress) {
        self.address = address
        length = address.family.bitWidth
    }

    /// Parses "10.0.0.0/8" or "fd00::/64"; nil for anything else, a missing or zero-padded length included.
    @inlinable
    public init?(_ text: some StringProtocol) {
        guard let (address, length) = Self.parts(of: text), let address = IPAddress(address) else { return nil }
        self.init(address: address, length: length)
    }

    /// Parses like ``init(_:)``, but reads leading zeros in IPv4 octets as decimal, as the Kubernetes API does.
    @inlinable
    public init?(sloppy text: some StringProtocol) {
        guard let (address, length) = Self.parts(of: text), let address = IPAddress(sloppy: address) else { return nil }
        self.init(address: address, length: length)
    }

    @inlinable
    static func parts<Text: StringProtocol>(of text: Text) -> (Text.SubSequence, Int)? {
        guard let slash = text.lastIndex(of: "/") else { return nil }
        let digits = text[text.index(after: slash)...].utf8
        guard let first = digits.first, digits.count <= 3, digits.count == 1 || first != UInt8(ascii: "0"),
            digits.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 })
        else { return nil }
        return (text[..<slash], digits.reduce(0) { $0 * 10 + Int($1 - 0x30) })
    }

    /// The whole of the family's address space: 0.0.0.0/0 or ::/0.
    public static func all(_ family: IPFamily) -> IPPrefix { IPPrefix(unchecked: .any(family), length: 0) }

    private init(unchecked address: IPAddress, length: Int) {
        self.address = address
        self.length = length
    }
}

extension IPPrefix {
    /// The IP version.
    public var family: IPFamily { address.family }

    /// Bits that are not part of the prefix: 8 for an IPv4 /24.
    public var hostBits: Int { family.bitWidth - length }

    private var hostMask: UInt128 { hostBits == 128 ? .max : (1 << UInt128(hostBits)) - 1 }

    private func made(_ number: UInt128) -> IPAddress {
        // The number has the family's bits by construction, so the fallback is never taken.
        IPAddress(family: family, rawValue: number) ?? address
    }

    /// The netmask as an address: 255.255.255.0 for an IPv4 /24.
    public var mask: IPAddress { made(IPPrefix.all(family).hostMask & ~hostMask) }

    /// The same network with the host bits cleared.
    public var masked: IPPrefix { IPPrefix(unchecked: first, length: length) }

    /// Whether the host bits are all zero.
    public var isMasked: Bool { address.rawValue & hostMask == 0 }

    /// The lowest address, which in an IPv4 subnet names the network.
    public var first: IPAddress { made(address.rawValue & ~hostMask) }

    /// The highest address, which in an IPv4 subnet is the broadcast address.
    public var last: IPAddress { made(address.rawValue | hostMask) }

    /// How many addresses it holds, at most `Int.max`.
    public var count: Int { hostBits >= 63 ? .max : 1 << hostBits }

    /// Whether the address, of the same family, lies within.
    public func contains(_ other: IPAddress) -> Bool {
        other.family == family && (other.rawValue ^ address.rawValue) & ~hostMask == 0
    }

    /// Whether the whole of the other prefix lies within; a prefix contains itself.
    public func contains(_ other: IPPrefix) -> Bool { other.length >= length && contains(other.address) }

    /// Whether the two share an address.
    public func overlaps(_ other: IPPrefix) -> Bool { contains(other) || other.contains(self) }

    /// The address at an offset from ``first``; nil outside of the prefix.
    public func host(at offset: Int) -> IPAddress? {
        guard offset >= 0, UInt128(offset) <= hostMask else { return nil }
        return first.advanced(by: offset)
    }

    /// The distance of an address from ``first``; nil if it lies outside, or further than `Int.max`.
    public func offset(of other: IPAddress) -> Int? {
        contains(other) ? Int(exactly: other.rawValue - first.rawValue) : nil
    }

    /// The subnet at an index when this prefix is cut into subnets of a length; nil if there is no such subnet.
    public func subnet(at index: Int, length subnetLength: Int) -> IPPrefix? {
        guard subnetLength >= length, subnetLength <= family.bitWidth, index >= 0 else { return nil }
        let indexBits = subnetLength - length
        guard indexBits >= 63 || index < 1 << indexBits else { return nil }
        let shift = UInt128(family.bitWidth - subnetLength)
        // A shift by all 128 bits happens only for ::/0 cut into itself, where the index is 0.
        let offset = shift == 128 ? 0 : UInt128(index) << shift
        return IPPrefix(unchecked: made(first.rawValue | offset), length: subnetLength)
    }
}

extension IPPrefix: Comparable, CustomStringConvertible {
    /// Orders by address, then by length (the wider first).
    public static func < (left: IPPrefix, right: IPPrefix) -> Bool {
        left.address == right.address ? left.length < right.length : left.address < right.address
    }

    /// "10.0.0.0/8".
    public var description: String { "\(address)/\(length)" }
}
