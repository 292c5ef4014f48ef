/// What is known about a neighbour: NUD_* of linux/neighbour.h.
public struct NeighborState: OptionSet, Hashable, Sendable {
    /// The kernel's bits.
    public let rawValue: UInt16

    /// Wraps the kernel's bits.
    public init(rawValue: UInt16) {
        self.rawValue = rawValue
    }

    /// `NUD_INCOMPLETE`: being asked for.
    public static let incomplete = NeighborState(rawValue: 0x01)
    /// `NUD_REACHABLE`: known to be right, for a while.
    public static let reachable = NeighborState(rawValue: 0x02)
    /// `NUD_STALE`: was right; asked again when used.
    public static let stale = NeighborState(rawValue: 0x04)
    /// `NUD_DELAY`: used, about to be asked again.
    public static let delay = NeighborState(rawValue: 0x08)
    /// `NUD_PROBE`: being asked again.
    public static let probe = NeighborState(rawValue: 0x10)
    /// `NUD_FAILED`: does not answer.
    public static let failed = NeighborState(rawValue: 0x20)
    /// `NUD_NOARP`: never asked.
    public static let noARP = NeighborState(rawValue: 0x40)
    /// `NUD_PERMANENT`: stays until it is removed.
    public static let permanent = NeighborState(rawValue: 0x80)
}

/// What an entry is: NTF_* of linux/neighbour.h.
public struct NeighborFlags: OptionSet, Hashable, Sendable {
    /// The kernel's bits.
    public let rawValue: UInt8

    /// Wraps the kernel's bits.
    public init(rawValue: UInt8) {
        self.rawValue = rawValue
    }

    /// `NTF_SELF`: of the link's own forwarding table.
    public static let ownTable = NeighborFlags(rawValue: 0x02)
    /// `NTF_MASTER`: of the forwarding table of the link's bridge.
    public static let masterTable = NeighborFlags(rawValue: 0x04)
    /// `NTF_PROXY`: this host answers for the address.
    public static let proxy = NeighborFlags(rawValue: 0x08)
    /// `NTF_EXT_LEARNED`: entered from outside; not aged.
    public static let externallyLearned = NeighborFlags(rawValue: 0x10)
    /// `NTF_ROUTER`: IPv6: a router.
    public static let router = NeighborFlags(rawValue: 0x80)
}
