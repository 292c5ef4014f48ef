import Netlink

/// What only macvlan links have.
public struct MacvlanOptions: Hashable, Sendable {
    /// How the links on one lower link reach each other: `MACVLAN_MODE_*`.
    public enum Mode: UInt32, Hashable, Sendable {
        /// Not at all.
        case isolated = 1
        /// Over the switch that the lower link is plugged into.
        case vepa = 2
        /// Directly.
        case bridge = 4
        /// There is only one.
        case passthru = 8
    }

    /// The index of the link below.
    public var lowerLink: UInt32
    /// How the links on one lower link reach each other.
    public var mode: Mode
    /// How many broadcast and multicast packets may wait for being handed to the links; nil for the kernel's 1,000.
    ///
    /// The queue is the lower link's: the largest of what its links ask for counts. From Linux 5.11 on.
    public var broadcastQueueLength: UInt32?

    /// Describes the link.
    public init(lowerLink: UInt32, mode: Mode = .bridge) {
        self.lowerLink = lowerLink
        self.mode = mode
    }

    /// IFLA_MACVLAN_MODE, IFLA_MACVLAN_BC_QUEUE_LEN.
    func encode(into writer: inout AttributeWriter) {
        writer.attribute(1, mode.rawValue)
        if let broadcastQueueLength { writer.attribute(7, broadcastQueueLength) }
    }
}
