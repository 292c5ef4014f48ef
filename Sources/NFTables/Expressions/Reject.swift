import Netlink

/// `enum nft_reject_attributes`.
private enum Attribute {
    static let kind: UInt16 = 1
    static let code: UInt16 = 2
}

/// Discards a packet and tells its sender; in filter chains of input, forward and output only.
public struct Reject: ExpressionBody, Hashable, Sendable, CustomStringConvertible {
    static let name = "reject"

    /// What the sender gets: `NFT_REJECT_*`.
    public enum Answer: Hashable, Sendable {
        /// An ICMP "destination unreachable" of the table's family with this code, in tables of one family.
        case icmp(code: UInt8)
        /// A TCP reset; for TCP packets only.
        case tcpReset
        /// "Destination unreachable" with a code of `NFT_REJECT_ICMPX_*`, in every family.
        case icmpx(Unreachable)
    }

    /// Reasons that exist in ICMP and ICMPv6: `NFT_REJECT_ICMPX_*`.
    public enum Unreachable: UInt8, Hashable, Sendable, CustomStringConvertible {
        /// There is no way there.
        case noRoute = 0
        /// Nobody listens.
        case port = 1
        /// The host does not answer.
        case host = 2
        /// It is forbidden.
        case prohibited = 3

        /// nft's word.
        public var description: String {
            switch self {
            case .noRoute: "no-route"
            case .port: "port-unreachable"
            case .host: "host-unreachable"
            case .prohibited: "admin-prohibited"
            }
        }
    }

    /// What the sender gets.
    public var answer: Answer

    /// Makes the expression.
    public init(_ answer: Answer) { self.answer = answer }

    /// The kernel's two numbers: type and code.
    var numbers: (kind: UInt32, code: UInt8) {
        switch answer {
        case .icmp(let code): (0, code)
        case .tcpReset: (1, 0)
        case .icmpx(let reason): (2, reason.rawValue)
        }
    }

    func encode(into writer: inout AttributeWriter) {
        writer.attribute(Attribute.kind, network: numbers.kind)
        writer.attribute(Attribute.code, numbers.code)
    }

    /// In libnftnl's notation.
    public var description: String { "reject type \(numbers.kind) code \(numbers.code)" }
}
