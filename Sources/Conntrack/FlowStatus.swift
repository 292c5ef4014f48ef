/// What the kernel knows of a flow: `IPS_*` of linux/netfilter/nf_conntrack_common.h.
public struct FlowStatus: OptionSet, Hashable, Sendable {
    /// The kernel's bits.
    public let rawValue: UInt32

    /// Wraps the kernel's bits.
    public init(rawValue: UInt32) { self.rawValue = rawValue }

    /// `IPS_EXPECTED`: a helper expected it.
    public static let expected = FlowStatus(rawValue: 1 << 0)
    /// `IPS_SEEN_REPLY`: packets went both ways.
    public static let seenReply = FlowStatus(rawValue: 1 << 1)
    /// `IPS_ASSURED`: it is not dropped early when the table is full.
    public static let assured = FlowStatus(rawValue: 1 << 2)
    /// `IPS_CONFIRMED`: its first packet left the machine, it is in the table.
    public static let confirmed = FlowStatus(rawValue: 1 << 3)
    /// `IPS_SRC_NAT`: its source is translated.
    public static let sourceTranslated = FlowStatus(rawValue: 1 << 4)
    /// `IPS_DST_NAT`: its destination is translated.
    public static let destinationTranslated = FlowStatus(rawValue: 1 << 5)
    /// `IPS_DYING`: it is being removed.
    public static let dying = FlowStatus(rawValue: 1 << 9)
    /// `IPS_OFFLOAD`: a flowtable forwards it.
    public static let offloaded = FlowStatus(rawValue: 1 << 14)
}
