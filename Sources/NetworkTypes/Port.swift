/// A transport port.
public struct Port: RawRepresentable, Hashable, Sendable {
    /// The port number in host order.
    public var rawValue: UInt16

    /// Makes the port of that number.
    public init(rawValue: UInt16) { self.rawValue = rawValue }

    /// Makes the port of a number; nil outside of 0...65535.
    public init?(_ number: some BinaryInteger) {
        guard let number = UInt16(exactly: number) else { return nil }
        rawValue = number
    }

    /// Parses decimal digits without sign or leading zeros; nil for anything else.
    public init?(_ text: some StringProtocol) {
        let digits = text.utf8
        guard let first = digits.first, digits.count <= 5, digits.count == 1 || first != UInt8(ascii: "0"),
            digits.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 })
        else { return nil }
        self.init(digits.reduce(0) { $0 * 10 + Int($1 - 0x30) })
    }

    /// The two bytes in network order.
    public var bytes: [UInt8] { [UInt8(truncatingIfNeeded: rawValue >> 8), UInt8(truncatingIfNeeded: rawValue)] }
}

extension Port: Comparable, ExpressibleByIntegerLiteral, CustomStringConvertible {
    /// Makes the port of a literal.
    public init(integerLiteral value: UInt16) { rawValue = value }

    /// Orders by number.
    public static func < (left: Port, right: Port) -> Bool { left.rawValue < right.rawValue }

    /// The number in decimal.
    public var description: String { String(rawValue) }
}
