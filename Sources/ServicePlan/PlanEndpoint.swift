public import NetworkTypes

/// An endpoint that connections may be sent to.
public struct PlanEndpoint: Hashable, Sendable {
    /// The pod's address and port.
    public let endpoint: IPEndpoint
    /// Whether it is on this node: then it may be its own client, and needs the hairpin rule.
    public let isLocal: Bool
    /// Its share of the connections in mode ipvs, beside others' 1; 0: no new ones.
    ///
    /// The other modes know no shares.
    public let weight: Int

    /// Makes an endpoint.
    public init(_ endpoint: IPEndpoint, isLocal: Bool, weight: Int = 1) {
        self.endpoint = endpoint
        self.isLocal = isLocal
        self.weight = weight
    }
}

extension PlanEndpoint: Comparable {
    /// Orders by address and port.
    public static func < (left: PlanEndpoint, right: PlanEndpoint) -> Bool { left.endpoint < right.endpoint }
}
