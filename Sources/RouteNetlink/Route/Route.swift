public import NetworkTypes

/// A route as the kernel has it.
public struct Route: Hashable, Sendable {
    /// What it is, in the form in which one asks for it.
    public var spec: RouteSpec
    /// The state of its next hop.
    public var flags: NextHopFlags
    /// Its next hops, when it has several; `spec` has no gateway and link then.
    public var nextHops: [NextHop]

    /// Where it leads.
    public var destination: IPPrefix { spec.destination }
}

/// One of several next hops of a route.
public struct NextHop: Hashable, Sendable {
    /// The index of its link.
    public var link: UInt32
    /// Its address; nil when the destination is on the link itself.
    public var gateway: IPAddress?
    /// Its share of the packets, 1 to 256.
    public var weight: Int
    /// Its state.
    public var flags: NextHopFlags
}

/// A next hop's state: RTNH_F_* of linux/rtnetlink.h.
public struct NextHopFlags: OptionSet, Hashable, Sendable {
    /// The kernel's bits.
    public let rawValue: UInt32

    /// Wraps the kernel's bits.
    public init(rawValue: UInt32) {
        self.rawValue = rawValue
    }

    /// `RTNH_F_DEAD`: not used, as its link is lowered.
    public static let dead = NextHopFlags(rawValue: 1)
    /// `RTNH_F_ONLINK`: on the link even if no address says so.
    public static let onLink = NextHopFlags(rawValue: 4)
    /// `RTNH_F_LINKDOWN`: its link has no carrier.
    public static let linkDown = NextHopFlags(rawValue: 16)
}

/// Which routes to list; what is nil does not narrow.
public struct RouteFilter: Hashable, Sendable, CustomStringConvertible {
    /// Their family.
    public var family: IPFamily?
    /// Who made them.
    public var `protocol`: RouteProtocol?
    /// Their table.
    ///
    /// All tables otherwise, the local one included.
    public var table: RouteTable?
    /// What they do.
    public var kind: RouteKind?
    /// The index of their link.
    public var link: UInt32?

    /// Describes which.
    public init(
        family: IPFamily? = nil,
        protocol: RouteProtocol? = nil,
        table: RouteTable? = .main,
        kind: RouteKind? = nil,
        link: UInt32? = nil
    ) {
        self.family = family
        self.protocol = `protocol`
        self.table = table
        self.kind = kind
        self.link = link
    }

    /// "IPv4, protocol 200, table main"; empty for all.
    public var description: String {
        [
            family.map(\.description), `protocol`.map { "protocol \($0)" }, table.map { "table \($0)" },
            kind.map(\.description), link.map { "link \($0)" },
        ].compactMap { $0 }.joined(separator: ", ")
    }

    /// The kernel filters as well; this is for what old ones leave in, and for multicast group messages.
    func matches(_ route: Route) -> Bool {
        let spec = route.spec
        return (family == nil || family == spec.destination.family)
            && (`protocol` == nil || `protocol` == spec.protocol)
            && (table == nil || table == spec.table) && (kind == nil || kind == spec.kind)
            && (link == nil || link == spec.link || route.nextHops.contains { $0.link == link })
    }
}
