import NetworkTypes

/// A virtual server: what the kernel spreads over real servers, and how.
public struct VirtualServer: Hashable, Sendable {
    /// Its name: the packets that it takes.
    public var id: VirtualServerID
    /// How it picks a real server.
    public var scheduler: IPVSScheduler
    /// Switches of the scheduler and of the handling of packets.
    public var flags: VirtualServerFlags
    /// Whether a client keeps its real server; nil if each connection is scheduled for itself.
    public var persistence: VirtualServerPersistence?
    /// The persistence engine, such as "sip"; nil for clients by their address.
    public var persistenceEngine: String?

    /// Makes a virtual server of its parts.
    public init(
        _ id: VirtualServerID,
        scheduler: IPVSScheduler = .roundRobin,
        flags: VirtualServerFlags = [],
        persistence: VirtualServerPersistence? = nil,
        persistenceEngine: String? = nil
    ) {
        self.id = id
        self.scheduler = scheduler
        self.flags = flags
        self.persistence = persistence
        self.persistenceEngine = persistenceEngine
    }
}

/// How long, and by how much of its address, a client keeps its real server.
public struct VirtualServerPersistence: Hashable, Sendable {
    /// Seconds after the client's last connection ended.
    public var timeout: UInt32
    /// Leading bits of the source address that make clients the same; nil for all of them.
    public var prefixLength: Int?

    /// Makes a persistence.
    ///
    /// - Parameters:
    ///   - timeout: seconds; ipvsadm's default is 300.
    ///   - prefixLength: 1 to 32 or 128; nil for a client per address.
    public init(timeout: UInt32, prefixLength: Int? = nil) {
        self.timeout = timeout
        self.prefixLength = prefixLength
    }
}

/// Switches of a virtual server: `IP_VS_SVC_F_*` without those that follow from its other fields.
public struct VirtualServerFlags: OptionSet, Hashable, Sendable {
    /// The kernel's bits.
    public let rawValue: UInt32

    /// Makes flags of the kernel's bits.
    public init(rawValue: UInt32) { self.rawValue = rawValue }

    /// `ONEPACKET`: each UDP packet is scheduled for itself, and no connection is kept.
    public static let onePacket = VirtualServerFlags(rawValue: 0x4)
    /// `SCHED1`, which means what the scheduler makes of it.
    public static let scheduler1 = VirtualServerFlags(rawValue: 0x8)
    /// `SCHED2`, which means what the scheduler makes of it.
    public static let scheduler2 = VirtualServerFlags(rawValue: 0x10)
    /// `SCHED3`, which means what the scheduler makes of it.
    public static let scheduler3 = VirtualServerFlags(rawValue: 0x20)
    /// sh, mh: another real server when the chosen one has weight 0 or is full ("sh-fallback", "mh-fallback").
    public static let hashFallback = scheduler1
    /// sh, mh: the source port is hashed, too ("sh-port", "mh-port").
    public static let hashPort = scheduler2
}
