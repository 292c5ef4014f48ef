/// A virtual server as the kernel has it.
public struct VirtualServerStatus: Hashable, Sendable {
    /// Its definition.
    public var server: VirtualServer
    /// What it did so far.
    public var statistics: IPVSStatistics

    /// Makes a status of its parts.
    public init(_ server: VirtualServer, statistics: IPVSStatistics = IPVSStatistics()) {
        self.server = server
        self.statistics = statistics
    }
}

/// A real server as the kernel has it.
public struct RealServerStatus: Hashable, Sendable {
    /// Its definition.
    public var server: RealServer
    /// Connections that are established.
    public var activeConnections: UInt32
    /// Connections in any other state, and those of UDP.
    public var inactiveConnections: UInt32
    /// Clients that are bound to it by persistence.
    public var persistentConnections: UInt32
    /// What it did so far.
    public var statistics: IPVSStatistics

    /// Makes a status of its parts.
    public init(
        _ server: RealServer,
        activeConnections: UInt32 = 0,
        inactiveConnections: UInt32 = 0,
        persistentConnections: UInt32 = 0,
        statistics: IPVSStatistics = IPVSStatistics()
    ) {
        self.server = server
        self.activeConnections = activeConnections
        self.inactiveConnections = inactiveConnections
        self.persistentConnections = persistentConnections
        self.statistics = statistics
    }

    /// Whether IPVS knows connections to it, in whatever state.
    public var hasConnections: Bool { activeConnections > 0 || inactiveConnections > 0 }
}

/// Counters and rates of a virtual or real server (`IPVS_STATS_ATTR_*`).
public struct IPVSStatistics: Hashable, Sendable {
    /// Connections that were scheduled.
    public var connections: UInt64 = 0
    /// Packets from clients.
    public var packetsIn: UInt64 = 0
    /// Packets to clients.
    public var packetsOut: UInt64 = 0
    /// Bytes from clients.
    public var bytesIn: UInt64 = 0
    /// Bytes to clients.
    public var bytesOut: UInt64 = 0
    /// Connections per second, as the kernel estimates.
    public var connectionRate: UInt64 = 0
    /// Packets per second from clients, as the kernel estimates.
    public var packetRateIn: UInt64 = 0
    /// Packets per second to clients, as the kernel estimates.
    public var packetRateOut: UInt64 = 0
    /// Bytes per second from clients, as the kernel estimates.
    public var byteRateIn: UInt64 = 0
    /// Bytes per second to clients, as the kernel estimates.
    public var byteRateOut: UInt64 = 0

    /// Makes statistics of zeros.
    public init() {}
}
