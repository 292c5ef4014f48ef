public import ClusterModel
public import NetworkTypes
public import ServicePlan
public import ServiceProxy

/// Why connections to a Service go where they go, on one node.
public struct ServiceExplanation: Hashable, Sendable {
    /// The Service.
    public var service: ObjectKey
    /// Its ports, each once per family; empty when the Service has no rules.
    public var ports: [PortExplanation]
    /// Why it has no rules, or what of it is left out.
    public var remarks: [String]
}

/// One Service port in one family.
public struct PortExplanation: Hashable, Sendable {
    /// The Service port.
    public var identity: ServicePortIdentity
    /// The family.
    public var family: IPFamily
    /// How long a client stays with its endpoint, in seconds; nil: no affinity.
    public var affinitySeconds: Int?
    /// What its endpoints are like, before any policy.
    public var endpoints: EndpointOverview
    /// The ways in.
    public var frontends: [FrontendExplanation]
    /// What the kernel has, if it was asked.
    public var kernel: KernelAgreement?
}

/// One way into a Service port.
public struct FrontendExplanation: Hashable, Sendable {
    /// The frontend as it is planned.
    public var frontend: Frontend
    /// What becomes of connections, by where the client stands.
    public var clients: [ClientExplanation]
}

/// What becomes of the connections of one kind of clients.
public struct ClientExplanation: Hashable, Sendable {
    /// An endpoint that a connection may reach.
    public struct Chance: Hashable, Sendable {
        /// The endpoint.
        public var endpoint: PlanEndpoint
        /// How probable it is, of 1.
        public var probability: Double
    }

    /// Where the client stands.
    public var position: ClientPosition
    /// What becomes of it.
    public var verdict: ClientVerdict
    /// Why, in words.
    public var reason: String
    /// Where it goes; empty unless it is forwarded.
    public var chances: [Chance]
}

/// Whether the kernel holds what was planned for a Service port.
public struct KernelAgreement: Hashable, Sendable {
    /// Whether there is anything to compare with.
    public var state: KernelComparison.State
    /// The name of the table.
    public var table: String
    /// The mode that was asked for.
    public var mode: String
    /// What is missing or should not be there.
    public var differences: [KernelComparison.Difference]

    /// Whether the kernel holds exactly what was planned.
    public var agrees: Bool { state == .present && differences.isEmpty }

    init(_ comparison: KernelComparison, _ identity: ServicePortIdentity) {
        state = comparison.state
        table = comparison.table
        mode = comparison.mode
        differences = comparison.differences[identity] ?? []
    }
}

/// What becomes of a connection to some address and port.
public struct DestinationExplanation: Hashable, Sendable {
    /// What the destination is.
    public enum Match: Hashable, Sendable {
        /// A frontend of a Service port.
        case frontend(PortExplanation)
        /// An address of a Service, with a port that it does not have.
        case unknownPort(of: [ObjectKey])
        /// Nothing that Services have to do with.
        case nothing
    }

    /// Where the connection goes to.
    public var destination: IPEndpoint
    /// The protocol.
    public var transport: TransportProtocol
    /// Where it comes from, if that was said.
    public var source: IPAddress?
    /// Where the client stands, if that follows from its address.
    public var position: ClientPosition?
    /// What the destination is.
    public var match: Match
    /// Whether the source ranges of a load balancer's address shut the client out; nil without ranges or source.
    public var isShutOut: Bool?
}
