public import NetworkTypes

/// One change to the virtual and real servers of a network namespace.
public enum IPVSChange: Hashable, Sendable {
    /// Makes a virtual server, which must not be there.
    case addVirtualServer(VirtualServer)
    /// Changes a virtual server, which must be there; its real servers and connections stay.
    case updateVirtualServer(VirtualServer)
    /// Makes a virtual server, or changes the one that is there.
    case setVirtualServer(VirtualServer)
    /// Removes a virtual server with its real servers.
    case deleteVirtualServer(VirtualServerID)
    /// Adds a real server, which the virtual server must not have.
    case addRealServer(RealServer, to: VirtualServerID)
    /// Changes a real server, which must be there; its connections stay.
    case updateRealServer(RealServer, of: VirtualServerID)
    /// Adds a real server, or changes the one that is there.
    case setRealServer(RealServer, of: VirtualServerID)
    /// Removes a real server; its connections end.
    case deleteRealServer(IPEndpoint, of: VirtualServerID)

    /// The virtual server that is concerned.
    public var virtualServer: VirtualServerID {
        switch self {
        case .addVirtualServer(let server), .updateVirtualServer(let server), .setVirtualServer(let server): server.id
        case .deleteVirtualServer(let id): id
        case .addRealServer(_, let id), .updateRealServer(_, let id), .setRealServer(_, let id): id
        case .deleteRealServer(_, let id): id
        }
    }
}

extension IPVSChange: CustomStringConvertible {
    /// "add real server 10.244.1.7:8080 of TCP 10.96.0.1:80".
    public var description: String {
        let request = IPVSRequest.requests(of: self).first
        return "\(request.operation) \(request.object)"
    }
}

/// What became of a run of changes.
public struct IPVSOutcome: Sendable {
    /// A change that the kernel refused.
    public struct Failure: Sendable {
        /// The change's place in the run.
        public let index: Int
        /// The change.
        public let change: IPVSChange
        /// Why.
        public let error: IPVSError
    }

    /// How many changes there were.
    public internal(set) var changeCount = 0
    /// The refused ones, in their order; all others are in force.
    public internal(set) var failures: [Failure] = []

    /// Makes the outcome of no changes.
    public init() {}

    /// Whether all changes are in force.
    public var isComplete: Bool { failures.isEmpty }
    /// How many changes are in force.
    public var appliedCount: Int { changeCount - failures.count }
}
