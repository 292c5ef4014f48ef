public import ClusterModel
public import NetworkTypes
public import ServicePlan

/// Something that whoever runs the cluster should be told of, beyond the log.
public enum ProxyNotice: Hashable, Sendable {
    /// Somebody else changed our rules, and they are as they should be again.
    case driftMended(IPFamily, DriftReport)
    /// A part of an object is left out.
    case skipped(PlanProblem)
}

/// What somebody else did to our rules, as far as it shows.
public struct DriftReport: Hashable, Sendable {
    /// How it was noticed: who committed, or which write was refused.
    public var cause: String
    /// Whether the rules had to be written anew as a whole.
    public var isRebuilt: Bool
    /// How many elements of sets and maps had to be added or removed; in mode iptables: rules.
    public var elementCount: Int
    /// From the first sign to the rules being right again.
    public var duration: Duration

    /// Makes a report.
    public init(cause: String, isRebuilt: Bool, elementCount: Int, duration: Duration) {
        self.cause = cause
        self.isRebuilt = isRebuilt
        self.elementCount = elementCount
        self.duration = duration
    }
}

/// The health check of one Service in one family, for load balancers that look which nodes to send to.
public struct ServiceHealthCheck: Hashable, Sendable {
    /// The Service.
    public var service: ObjectKey
    /// `spec.healthCheckNodePort`.
    public var port: Port
    /// How many different addresses of ready endpoints are on this node; terminating ones do not count.
    public var localEndpoints: Int

    /// Makes a health check.
    public init(service: ObjectKey, port: Port, localEndpoints: Int) {
        self.service = service
        self.port = port
        self.localEndpoints = localEndpoints
    }
}

/// Who listens to the proxy; the calls must return soon.
public struct ProxyObserver: Sendable {
    /// Is told of what is beyond the log.
    public var notice: @Sendable (ProxyNotice) -> Void
    /// Is told all health checks of a family, when something about them changed and the rules are written.
    public var healthChecks: @Sendable (IPFamily, [ServiceHealthCheck]) -> Void

    /// Makes an observer; what is not given is not told.
    public init(
        notice: @escaping @Sendable (ProxyNotice) -> Void = { _ in },
        healthChecks: @escaping @Sendable (IPFamily, [ServiceHealthCheck]) -> Void = { _, _ in }
    ) {
        self.notice = notice
        self.healthChecks = healthChecks
    }
}
