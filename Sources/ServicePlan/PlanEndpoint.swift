public import NetworkTypes

/// An endpoint that connections may be sent to.
public struct PlanEndpoint: Hashable, Sendable {
    /// The pod's address and port.
    public let endpoint: IPEndpoint
    /// Whether it is on this node: then it may be its own client, and needs the hairpin rule.
    public let isLocal: Bool

    /// Makes an endpoint.
    public init(_ endpoint: IPEndpoint, isLocal: Bool) {
        self.endpoint = endpoint
        self.isLocal = isLocal
    }
}

extension PlanEndpoint: Comparable {
    /// Orders by address and port.
    public static func < (left: PlanEndpoint, right: PlanEndpoint) -> Bool { left.endpoint < right.endpoint }
}
