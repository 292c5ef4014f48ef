/// The kernel subsystem that a netlink socket talks to: `NETLINK_*` of linux/netlink.h.
public struct NetlinkProtocol: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
    /// The third argument of socket(2).
    public let rawValue: Int32

    /// Wraps a protocol's number.
    public init(rawValue: Int32) { self.rawValue = rawValue }

    /// `NETLINK_ROUTE`: links, addresses, routes, neighbours, qdiscs.
    public static var route: NetlinkProtocol { NetlinkProtocol(rawValue: 0) }
    /// `NETLINK_NETFILTER`: nf_tables, connection tracking, packet logging.
    public static var netfilter: NetlinkProtocol { NetlinkProtocol(rawValue: 12) }
    /// `NETLINK_GENERIC`: families by name, such as IPVS and ethtool.
    public static var generic: NetlinkProtocol { NetlinkProtocol(rawValue: 16) }

    /// "route", "netfilter", "generic", or the number.
    public var description: String {
        switch self {
        case .route: "route"
        case .netfilter: "netfilter"
        case .generic: "generic"
        default: "protocol \(rawValue)"
        }
    }
}
