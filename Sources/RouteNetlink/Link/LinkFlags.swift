/// A link's flags: IFF_* of linux/if.h.
public struct LinkFlags: OptionSet, Hashable, Sendable {
    /// The kernel's bits.
    public let rawValue: UInt32

    /// Wraps the kernel's bits.
    public init(rawValue: UInt32) {
        self.rawValue = rawValue
    }

    /// `IFF_UP`: raised by the administrator.
    public static let up = LinkFlags(rawValue: 1 << 0)
    /// `IFF_BROADCAST`: has a broadcast address.
    public static let broadcast = LinkFlags(rawValue: 1 << 1)
    /// `IFF_LOOPBACK`: the loopback link.
    public static let loopback = LinkFlags(rawValue: 1 << 3)
    /// `IFF_POINTOPOINT`: has one other end.
    public static let pointToPoint = LinkFlags(rawValue: 1 << 4)
    /// `IFF_RUNNING`: operational.
    public static let running = LinkFlags(rawValue: 1 << 6)
    /// `IFF_NOARP`: resolves no addresses.
    public static let noARP = LinkFlags(rawValue: 1 << 7)
    /// `IFF_PROMISC`: takes all packets, by the administrator's wish.
    public static let promiscuous = LinkFlags(rawValue: 1 << 8)
    /// `IFF_ALLMULTI`: takes all multicast packets.
    public static let allMulticast = LinkFlags(rawValue: 1 << 9)
    /// `IFF_MULTICAST`: supports multicast.
    public static let multicast = LinkFlags(rawValue: 1 << 12)
    /// `IFF_LOWER_UP`: has a carrier.
    public static let lowerUp = LinkFlags(rawValue: 1 << 16)
}

/// What a link can do now: IF_OPER_* (RFC 2863).
public struct OperationalState: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
    /// The kernel's number.
    public let rawValue: UInt8

    /// Wraps the kernel's number.
    public init(rawValue: UInt8) {
        self.rawValue = rawValue
    }

    /// `IF_OPER_UNKNOWN`: the driver does not say; what loopback and dummy links have.
    public static let unknown = OperationalState(rawValue: 0)
    /// `IF_OPER_DOWN`.
    public static let down = OperationalState(rawValue: 2)
    /// `IF_OPER_LOWERLAYERDOWN`: the link below, or the veth's peer, is down.
    public static let lowerLayerDown = OperationalState(rawValue: 3)
    /// `IF_OPER_DORMANT`: waits for something outside.
    public static let dormant = OperationalState(rawValue: 5)
    /// `IF_OPER_UP`: packets pass.
    public static let up = OperationalState(rawValue: 6)

    /// As `ip link` prints it.
    public var description: String {
        let names = ["UNKNOWN", "NOTPRESENT", "DOWN", "LOWERLAYERDOWN", "TESTING", "DORMANT", "UP"]
        return Int(rawValue) < names.count ? names[Int(rawValue)] : "\(rawValue)"
    }
}
