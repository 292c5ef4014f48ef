/// Who made a route: RTPROT_* of linux/rtnetlink.h.
///
/// A program that uses a number of its own finds its routes by it.
public struct RouteProtocol: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
    /// The number; those up to 4 are the kernel's, /etc/iproute2/rt_protos names others.
    public let rawValue: UInt8

    /// Wraps a number.
    public init(rawValue: UInt8) {
        self.rawValue = rawValue
    }

    /// `RTPROT_UNSPEC`: in a delete request: whoever made it.
    public static let unspecified = RouteProtocol(rawValue: 0)
    /// `RTPROT_KERNEL`: the kernel, with an address.
    public static let kernel = RouteProtocol(rawValue: 2)
    /// `RTPROT_BOOT`: someone by hand; what `ip route add` takes.
    public static let boot = RouteProtocol(rawValue: 3)
    /// `RTPROT_STATIC`: the administrator.
    public static let `static` = RouteProtocol(rawValue: 4)

    /// "kernel", "boot", "static", or the number.
    public var description: String {
        switch self {
        case .kernel: "kernel"
        case .boot: "boot"
        case .static: "static"
        default: "\(rawValue)"
        }
    }
}

/// A routing table: RT_TABLE_* of linux/rtnetlink.h.
public struct RouteTable: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
    /// The number, 32 bits.
    public let rawValue: UInt32

    /// Wraps a number.
    public init(rawValue: UInt32) {
        self.rawValue = rawValue
    }

    /// `RT_TABLE_DEFAULT`: looked up last.
    public static let `default` = RouteTable(rawValue: 253)
    /// `RT_TABLE_MAIN`: where routes go when nothing else is said.
    public static let main = RouteTable(rawValue: 254)
    /// `RT_TABLE_LOCAL`: this host's own addresses.
    public static let local = RouteTable(rawValue: 255)

    /// "main", "local", "default", or the number.
    public var description: String {
        switch self {
        case .main: "main"
        case .local: "local"
        case .default: "default"
        default: "\(rawValue)"
        }
    }
}

/// What a route does with packets: RTN_* of linux/rtnetlink.h.
public struct RouteKind: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
    /// The kernel's number.
    public let rawValue: UInt8

    /// Wraps the kernel's number.
    public init(rawValue: UInt8) {
        self.rawValue = rawValue
    }

    /// `RTN_UNICAST`: sends them on.
    public static let unicast = RouteKind(rawValue: 1)
    /// `RTN_LOCAL`: takes them for this host.
    public static let local = RouteKind(rawValue: 2)
    /// `RTN_BROADCAST`: takes them, and sends them as broadcasts.
    public static let broadcast = RouteKind(rawValue: 3)
    /// `RTN_MULTICAST`: as multicasts.
    public static let multicast = RouteKind(rawValue: 5)
    /// `RTN_BLACKHOLE`: drops them.
    public static let blackhole = RouteKind(rawValue: 6)
    /// `RTN_UNREACHABLE`: answers "host unreachable".
    public static let unreachable = RouteKind(rawValue: 7)
    /// `RTN_PROHIBIT`: answers "prohibited".
    public static let prohibit = RouteKind(rawValue: 8)
    /// `RTN_THROW`: ends the lookup in this table.
    public static let `throw` = RouteKind(rawValue: 9)

    /// Whether packets end here without a link.
    var isRefusal: Bool { rawValue >= 6 && rawValue <= 9 }

    /// As `ip route` prints it.
    public var description: String {
        let names = ["none", "unicast", "local", "broadcast", "anycast", "multicast"]
        let refusals = ["blackhole", "unreachable", "prohibit", "throw"]
        let all = names + refusals
        return Int(rawValue) < all.count ? all[Int(rawValue)] : "\(rawValue)"
    }
}
