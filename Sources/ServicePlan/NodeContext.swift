public import NetworkTypes

/// How the node tells traffic of its own pods from other traffic (kube-proxy's detectLocalMode).
public enum LocalDetector: Hashable, Sendable {
    /// It can't: every client counts as outside, and ClusterIP traffic is not masqueraded.
    case none
    /// By source address: the cluster's pod range, or this node's part of it. One per family; others are ignored.
    case sourcePrefixes([IPPrefix])
    /// By the interface that a packet came in on.
    case interface(String)
    /// By the first characters of the interface that a packet came in on.
    case interfacePrefix(String)

    /// The source prefix that tells local pods in a family, when the detector goes by addresses.
    public func sourcePrefix(_ family: IPFamily) -> IPPrefix? {
        guard case .sourcePrefixes(let prefixes) = self else { return nil }
        return prefixes.first { $0.family == family }
    }

    /// Whether local pods can be told in a family.
    public func isImplemented(_ family: IPFamily) -> Bool {
        switch self {
        case .none: false
        case .sourcePrefixes: sourcePrefix(family) != nil
        case .interface, .interfacePrefix: true
        }
    }
}

/// What the plan must know about the node that it is for.
public struct NodeContext: Hashable, Sendable {
    /// The Node's name: endpoints with it are local.
    public var name: String
    /// The zone from the Node's label `topology.kubernetes.io/zone`; nil or empty: no zone topology.
    public var zone: String?
    /// The node's own addresses.
    public var addresses: [IPAddress]
    /// The addresses of the node's interfaces, which node ports may be limited to; empty: ``addresses`` are all.
    public var interfaceAddresses: [IPAddress]
    /// How pods of this node are told.
    public var localDetector: LocalDetector
    /// Masquerade all ClusterIP traffic (kube-proxy's masqueradeAll).
    public var masqueradeAll: Bool

    /// Makes the context of a node.
    public init(
        name: String,
        zone: String? = nil,
        addresses: [IPAddress] = [],
        interfaceAddresses: [IPAddress] = [],
        localDetector: LocalDetector = .none,
        masqueradeAll: Bool = false
    ) {
        self.name = name
        self.zone = zone
        self.addresses = addresses
        self.interfaceAddresses = interfaceAddresses
        self.localDetector = localDetector
        self.masqueradeAll = masqueradeAll
    }
}
