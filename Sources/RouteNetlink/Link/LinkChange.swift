public import LinuxSystem
public import NetworkTypes

/// What to change about a link; nil leaves it as it is.
public struct LinkChange: Hashable, Sendable {
    /// Whether it is raised.
    public var isUp: Bool?
    /// Its link-layer address.
    public var mac: MACAddress?
    /// Its MTU in bytes.
    public var mtu: UInt32?
    /// The index of its master; 0 takes it out of the one that it has.
    public var master: UInt32?
    /// The namespace that it moves to; its addresses and routes are lost, and it is lowered.
    public var namespace: NetworkNamespace?
    /// Free text; empty removes it.
    public var alias: String?
    /// Whether it takes all packets.
    public var isPromiscuous: Bool?
    /// Whether it takes all multicast packets.
    public var takesAllMulticast: Bool?
    /// The length of its transmit queue in packets.
    public var transmitQueueLength: UInt32?
    /// Whether packets from and to 127.0.0.0/8 may pass it (the sysctl `route_localnet`).
    public var routesLoopback: Bool?
    /// Whether it tells its IPv4 addresses when it is raised or its link address changes (the sysctl `arp_notify`).
    public var announcesAddresses: Bool?

    /// Changes nothing yet.
    public init() {}

    /// Raises or lowers a link.
    public static func up(_ isUp: Bool = true) -> LinkChange {
        var change = LinkChange()
        change.isUp = isUp
        return change
    }
}

/// A bridge port's settings; nil leaves one as it is, or as the kernel did not tell it.
public struct BridgePortSettings: Hashable, Sendable {
    /// `IFLA_BRPORT_MODE`: packets may go back out where they came in: a pod reaches itself through a Service.
    public var hairpin: Bool?
    /// `IFLA_BRPORT_ISOLATED`: packets between isolated ports are dropped.
    public var isolated: Bool?
    /// `IFLA_BRPORT_LEARNING`: senders' addresses are learned.
    public var learning: Bool?
    /// `IFLA_BRPORT_UNICAST_FLOOD`: packets to unknown addresses are sent here.
    public var unicastFlood: Bool?
    /// `IFLA_BRPORT_NEIGH_SUPPRESS`: ARP and neighbour discovery are answered by the bridge where it can.
    public var neighborSuppression: Bool?

    /// Settings for a port.
    public init(hairpin: Bool? = nil, isolated: Bool? = nil) {
        self.hairpin = hairpin
        self.isolated = isolated
    }
}
