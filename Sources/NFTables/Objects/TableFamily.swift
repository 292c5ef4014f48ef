public import NetworkTypes

/// The packet family that a table belongs to: `NFPROTO_*` in linux/netfilter.h.
public enum TableFamily: UInt8, Hashable, Sendable, CaseIterable, CustomStringConvertible {
    /// IPv4 and IPv6 together, `NFPROTO_INET`.
    case inet = 1
    /// IPv4, `NFPROTO_IPV4`.
    case ip = 2
    /// ARP, `NFPROTO_ARP`.
    case arp = 3
    /// Ingress of one device, `NFPROTO_NETDEV`.
    case netdev = 5
    /// Bridged frames, `NFPROTO_BRIDGE`.
    case bridge = 7
    /// IPv6, `NFPROTO_IPV6`.
    case ip6 = 10

    /// The table family that sees only packets of one IP family: `ip` or `ip6`.
    public init(_ family: IPFamily) { self = family == .ipv4 ? .ip : .ip6 }

    /// Reads nft's word for a family ("ip", "ip6", "inet", ...).
    public init?(name: some StringProtocol) {
        guard let found = Self.allCases.first(where: { $0.description == name }) else { return nil }
        self = found
    }

    /// The IP family of every packet that such a table sees; nil where both can occur, or none.
    public var ipFamily: IPFamily? {
        switch self {
        case .ip: .ipv4
        case .ip6: .ipv6
        case .inet, .arp, .netdev, .bridge: nil
        }
    }

    /// nft's word for the family.
    public var description: String {
        switch self {
        case .inet: "inet"
        case .ip: "ip"
        case .arp: "arp"
        case .netdev: "netdev"
        case .bridge: "bridge"
        case .ip6: "ip6"
        }
    }
}
