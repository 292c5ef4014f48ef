import Netlink

/// `enum nft_limit_attributes`.
private enum Attribute {
    static let rate: UInt16 = 1
    static let unit: UInt16 = 2
    static let burst: UInt16 = 3
    static let kind: UInt16 = 4
    static let flags: UInt16 = 5
}

/// Ends the rule for packets beyond a rate (or with `isOver`, for those within it).
public struct Limit: ExpressionBody, Hashable, Sendable, CustomStringConvertible {
    static let name = "limit"

    /// The span of time that a rate counts for, in seconds.
    public enum Unit: UInt64, Hashable, Sendable, CustomStringConvertible {
        /// A second.
        case second = 1
        /// A minute.
        case minute = 60
        /// An hour.
        case hour = 3600
        /// A day.
        case day = 86400

        /// nft's word.
        public var description: String {
            switch self {
            case .second: "second"
            case .minute: "minute"
            case .hour: "hour"
            case .day: "day"
            }
        }
    }

    /// Packets in each span.
    public var rate: UInt64
    /// The span.
    public var unit: Unit
    /// Packets beyond the rate at once; nft's default is 5.
    public var burst: UInt32
    /// Whether the packets beyond the rate go on, instead of those within.
    public var isOver: Bool

    /// Makes the expression.
    public init(_ rate: UInt64, per unit: Unit, burst: UInt32 = 5, isOver: Bool = false) {
        self.rate = rate
        self.unit = unit
        self.burst = burst
        self.isOver = isOver
    }

    func encode(into writer: inout AttributeWriter) {
        writer.attribute(Attribute.rate, network: rate)
        writer.attribute(Attribute.unit, network: unit.rawValue)
        writer.attribute(Attribute.burst, network: burst)
        writer.attribute(Attribute.kind, network: UInt32(0))
        writer.attribute(Attribute.flags, network: UInt32(isOver ? 1 : 0))
    }

    /// In libnftnl's notation.
    public var description: String {
        "limit rate \(rate)/\(unit) burst \(burst) type packets flags 0x\(isOver ? 1 : 0)"
    }
}
