/// A transport protocol with ports that Services may use; the raw values are IANA's protocol numbers.
public enum TransportProtocol: UInt8, Hashable, Sendable, CaseIterable {
    /// `IPPROTO_TCP`.
    case tcp = 6
    /// `IPPROTO_UDP`.
    case udp = 17
    /// `IPPROTO_SCTP`.
    case sctp = 132

    /// Reads "TCP" or "tcp" and the like, in either case throughout; nil for anything else.
    public init?(name: some StringProtocol) {
        switch name {
        case "TCP", "tcp": self = .tcp
        case "UDP", "udp": self = .udp
        case "SCTP", "sctp": self = .sctp
        default: return nil
        }
    }

    /// The lower-case name, as nft writes it.
    public var name: String {
        switch self {
        case .tcp: "tcp"
        case .udp: "udp"
        case .sctp: "sctp"
        }
    }

    /// The upper-case name, as Kubernetes objects have it.
    public var kubernetesName: String {
        switch self {
        case .tcp: "TCP"
        case .udp: "UDP"
        case .sctp: "SCTP"
        }
    }
}

extension TransportProtocol: Comparable, CustomStringConvertible {
    /// Orders by number.
    public static func < (left: TransportProtocol, right: TransportProtocol) -> Bool { left.rawValue < right.rawValue }

    /// The lower-case name.
    public var description: String { name }
}
