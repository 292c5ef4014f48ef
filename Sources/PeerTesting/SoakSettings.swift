public import BenchScenarios

/// How long and how hard weftd is tried.
public struct SoakSettings: Sendable {
    /// The mode that weftd runs in.
    public var mode: BenchMode
    /// How many Services there are.
    public var services: Int
    /// How many endpoints each of them has.
    public var endpoints: Int
    /// How often weftd is killed.
    public var kills: Int
    /// How long endpoints change, in seconds; 0: not at all.
    public var churnSeconds: Int
    /// How many endpoints change in a second.
    public var rate: Int
    /// How often weftd is started in another mode.
    public var switches: Int

    /// Makes settings; what is not given is what a node should stand.
    public init(
        mode: BenchMode = .nftables,
        services: Int = 1000,
        endpoints: Int = 10,
        kills: Int = 200,
        churnSeconds: Int = 60,
        rate: Int = 1000,
        switches: Int = 0
    ) {
        self.mode = mode
        self.services = services
        self.endpoints = endpoints
        self.kills = kills
        self.churnSeconds = churnSeconds
        self.rate = rate
        self.switches = switches
    }
}

/// What a soak found.
public struct SoakReport: Sendable {
    /// What happened, a line each.
    public internal(set) var lines: [String] = []
    /// What must not happen, a line each.
    public internal(set) var failures: [String] = []

    /// Everything, for people.
    public var text: String { (lines + failures.map { "failed: \($0)" }).joined(separator: "\n") }
}
