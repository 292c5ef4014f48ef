public import NetworkTypes

/// A route to be made.
///
/// Equal to ``Route/spec`` of the route that the kernel makes of it.
public struct RouteSpec: Hashable, Sendable {
    /// Where it leads; `IPPrefix.all(family)` is the default route.
    ///
    /// Host bits must be zero.
    public var destination: IPPrefix
    /// The next hop; nil for destinations on the link itself.
    ///
    /// It may be of the other family (RFC 5549).
    public var gateway: IPAddress?
    /// The index of the link; nil lets the kernel find it by the gateway.
    public var link: UInt32?
    /// The source address for packets that this host sends by it.
    public var source: IPAddress?
    /// Whether the gateway is on the link even if no address says so (`RTNH_F_ONLINK`).
    public var isOnLink: Bool
    /// Who makes it.
    public var `protocol`: RouteProtocol
    /// The table.
    public var table: RouteTable
    /// What it does.
    public var kind: RouteKind
    /// How far the destination is (IPv4 only); nil for what follows from the rest: the host for local routes, the link
    /// without a gateway, or global.
    public var scope: RouteScope?
    /// Its metric; of two to the same destination the lower one wins.
    ///
    /// nil for the kernel's standard: IPv4 0, IPv6 1024.
    public var metric: UInt32?
    /// The MTU of the path (`RTAX_MTU`); nil for the link's.
    public var mtu: UInt32?
    /// The largest TCP segment that this host offers on connections by it (`RTAX_ADVMSS`), in bytes; nil for what follows
    /// from the MTU.
    public var advertisedMSS: UInt32?

    /// Describes a route.
    ///
    /// - Parameters:
    ///   - destination: where it leads; `IPPrefix.all(family)` is the default route.
    ///   - gateway: the next hop.
    ///   - link: the index of the link.
    ///   - source: the source address for packets of this host.
    ///   - isOnLink: whether the gateway is on the link even if no address says so.
    ///   - protocol: who makes it.
    ///   - table: the table.
    ///   - kind: what it does.
    public init(
        _ destination: IPPrefix,
        gateway: IPAddress? = nil,
        link: UInt32? = nil,
        source: IPAddress? = nil,
        isOnLink: Bool = false,
        protocol: RouteProtocol = .boot,
        table: RouteTable = .main,
        kind: RouteKind = .unicast
    ) {
        self.destination = destination
        self.gateway = gateway
        self.link = link
        self.source = source
        self.isOnLink = isOnLink
        self.protocol = `protocol`
        self.table = table
        self.kind = kind
        self.scope = nil
        self.metric = nil
        self.mtu = nil
        self.advertisedMSS = nil
    }

    /// What the kernel must be told where `scope` is nil.
    var impliedScope: RouteScope {
        if destination.family == .ipv6 { return .global }
        if kind == .local { return .host }
        return gateway == nil && kind == .unicast ? .link : .global
    }

    /// IP6_RT_PRIO_USER.
    static let standardIPv6Metric: UInt32 = 1024
}

extension RouteSpec: CustomStringConvertible {
    /// "10.244.2.0/24 via 192.168.0.3 on link 7", in the order of `ip route`.
    public var description: String {
        var words = kind == .unicast ? ["\(destination)"] : ["\(kind) \(destination)"]
        if let gateway { words.append("via \(gateway)") }
        if let link { words.append("on link \(link)") }
        if table != .main { words.append("table \(table)") }
        if let source { words.append("src \(source)") }
        if let metric { words.append("metric \(metric)") }
        if isOnLink { words.append("onlink") }
        return words.joined(separator: " ")
    }
}
