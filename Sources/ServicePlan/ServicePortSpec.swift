public import NetworkTypes

/// Everything that a backend needs to know about one Service port in one IP family.
///
/// Policies, topology, terminating endpoints and traffic from everywhere are decided here; a backend only renders.
public struct ServicePortSpec: Hashable, Sendable {
    /// The Service port.
    public let identity: ServicePortIdentity
    /// The family of every address in it.
    public let family: IPFamily
    /// The ways in, ordered.
    public var frontends: [Frontend]
    /// The endpoints of scope cluster, ordered; empty when no frontend uses that scope.
    public var clusterEndpoints: [PlanEndpoint]
    /// The endpoints of scope local, ordered; empty when no frontend uses that scope, or when there is none.
    public var localEndpoints: [PlanEndpoint]
    /// How long a client stays with its endpoint after its last new connection, in seconds; nil: no affinity.
    public var affinitySeconds: Int?
    /// The port of the health check server for load balancers (`spec.healthCheckNodePort`); nil: none.
    public var healthCheckNodePort: Port?
    /// The addresses of ready endpoints on this node, ordered, for the health check; empty without one.
    public var localReadyAddresses: [IPAddress]
    /// For UDP, and for TCP where ``cleansConnections`` says so, all endpoints that serve, ready or not, wherever they
    /// are: flows to any other are stale (reference/kube-proxy.md, section 8).
    ///
    /// Empty for others.
    public var servingEndpoints: [IPEndpoint]
    /// Whether connections of TCP to endpoints that are gone are ended, as the Service's annotation asks.
    public var cleansConnections: Bool
    /// Whether it is to be programmed before others, as the cluster's DNS.
    public var isPriority: Bool
    /// How mode ipvs picks an endpoint, where the Service's annotation says so: the kernel's name of a scheduler.
    public var scheduler: String?

    /// Makes a spec; the arrays must be ordered.
    public init(
        identity: ServicePortIdentity,
        family: IPFamily,
        frontends: [Frontend],
        clusterEndpoints: [PlanEndpoint] = [],
        localEndpoints: [PlanEndpoint] = [],
        affinitySeconds: Int? = nil,
        healthCheckNodePort: Port? = nil,
        localReadyAddresses: [IPAddress] = [],
        servingEndpoints: [IPEndpoint] = [],
        cleansConnections: Bool = false,
        isPriority: Bool = false,
        scheduler: String? = nil
    ) {
        self.identity = identity
        self.family = family
        self.frontends = frontends
        self.clusterEndpoints = clusterEndpoints
        self.localEndpoints = localEndpoints
        self.affinitySeconds = affinitySeconds
        self.healthCheckNodePort = healthCheckNodePort
        self.localReadyAddresses = localReadyAddresses
        self.servingEndpoints = servingEndpoints
        self.cleansConnections = cleansConnections
        self.isPriority = isPriority
        self.scheduler = scheduler
    }

    /// The endpoints of a scope.
    public func endpoints(_ scope: EndpointScope) -> [PlanEndpoint] {
        scope == .cluster ? clusterEndpoints : localEndpoints
    }

    /// What becomes of a client's new connection to a frontend of this port, source ranges aside.
    public func verdict(of frontend: Frontend, for client: ClientPosition) -> ClientVerdict {
        frontend.treatment.verdict(for: client, hasLocalEndpoints: !localEndpoints.isEmpty)
    }
}

/// One Service port whose spec may differ from the last one taken, or that is gone.
public struct PlanChange: Hashable, Sendable {
    /// The Service port.
    public let identity: ServicePortIdentity
    /// The IP family.
    public let family: IPFamily
    /// What is wanted now; nil: nothing any more.
    public let spec: ServicePortSpec?

    /// Makes a change.
    public init(identity: ServicePortIdentity, family: IPFamily, spec: ServicePortSpec?) {
        self.identity = identity
        self.family = family
        self.spec = spec
    }
}
