/// How a virtual server picks the real server of a new connection; a kernel module "ip_vs_<name>".
public struct IPVSScheduler: RawRepresentable, Hashable, Sendable, ExpressibleByStringLiteral, CustomStringConvertible {
    /// The kernel's name, at most ``maximumLength`` bytes.
    public let rawValue: String

    /// Names a scheduler, known here or not.
    public init(rawValue: String) { self.rawValue = rawValue }

    /// Names a scheduler, known here or not.
    public init(stringLiteral value: String) { rawValue = value }

    /// Round robin.
    public static let roundRobin: IPVSScheduler = "rr"
    /// Round robin, by weight.
    public static let weightedRoundRobin: IPVSScheduler = "wrr"
    /// The fewest connections.
    public static let leastConnections: IPVSScheduler = "lc"
    /// The fewest connections for its weight.
    public static let weightedLeastConnections: IPVSScheduler = "wlc"
    /// One real server per destination address, unless it is overloaded.
    public static let localityLeastConnections: IPVSScheduler = "lblc"
    /// A set of real servers per destination address, the fewest connections within.
    public static let localityLeastConnectionsWithReplication: IPVSScheduler = "lblcr"
    /// By a hash of the destination address.
    public static let destinationHashing: IPVSScheduler = "dh"
    /// By a hash of the source address.
    public static let sourceHashing: IPVSScheduler = "sh"
    /// The shortest expected delay.
    public static let shortestExpectedDelay: IPVSScheduler = "sed"
    /// An idle real server, otherwise the shortest expected delay.
    public static let neverQueue: IPVSScheduler = "nq"
    /// Maglev hashing of the source, since Linux 4.18.
    public static let maglevHashing: IPVSScheduler = "mh"
    /// The first real server with room, the heaviest first, since Linux 3.18.
    public static let weightedFailover: IPVSScheduler = "fo"
    /// The heaviest real server until it is full, since Linux 4.4.
    public static let weightedOverflow: IPVSScheduler = "ovf"

    /// All of the above.
    public static let known: [IPVSScheduler] = [
        .roundRobin, .weightedRoundRobin, .leastConnections, .weightedLeastConnections, .localityLeastConnections,
        .localityLeastConnectionsWithReplication, .destinationHashing, .sourceHashing, .shortestExpectedDelay,
        .neverQueue, .maglevHashing, .weightedFailover, .weightedOverflow,
    ]

    /// The longest name that the kernel takes (`IP_VS_SCHEDNAME_MAXLEN` less its final zero).
    public static let maximumLength = 15

    /// The kernel module that brings it.
    public var moduleName: String { "ip_vs_\(rawValue)" }

    /// The kernel's name.
    public var description: String { rawValue }
}
