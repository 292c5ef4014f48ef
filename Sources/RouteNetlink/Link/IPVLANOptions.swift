import Netlink

/// What only ipvlan links have.
public struct IPVLANOptions: Hashable, Sendable {
    /// On which layer packets are switched: `IPVLAN_MODE_*`.
    public enum Mode: UInt16, Hashable, Sendable {
        /// By address, with the lower link's neighbours and broadcasts.
        case l2 = 0
        /// By route; no multicast or broadcast.
        case l3 = 1
        /// As `l3`, and packets pass netfilter and connection tracking.
        case l3s = 2
    }

    /// The index of the link below.
    public var lowerLink: UInt32
    /// On which layer packets are switched.
    public var mode: Mode

    /// Describes the link.
    public init(lowerLink: UInt32, mode: Mode = .l2) {
        self.lowerLink = lowerLink
        self.mode = mode
    }

    /// IFLA_IPVLAN_MODE.
    func encode(into writer: inout AttributeWriter) { writer.attribute(1, mode.rawValue) }
}
