public import ClusterModel
public import NetworkTypes

/// Turns the own Node, and the choices of whoever runs the proxy, into what the plan must know of the node.
public struct NodeContextSource: Hashable, Sendable {
    /// How local pods are told (kube-proxy's detectLocalMode).
    public enum Detection: Hashable, Sendable {
        /// By the cluster's pod ranges; without any, by the node's own.
        case clusterCIDR
        /// By the pod ranges of the node, whatever the cluster's are.
        case nodeCIDR
        /// By the interface that a packet came in on, such as the pods' bridge.
        case bridgeInterface(String)
        /// By the first characters of the interface that a packet came in on.
        case interfaceNamePrefix(String)
        /// Not at all.
        case none
    }

    /// All pods' addresses; empty: not known.
    public var clusterCIDRs: [IPPrefix]
    /// How local pods are told.
    public var detection: Detection
    /// Whether all ClusterIP traffic is masqueraded.
    public var masqueradeAll: Bool
    /// The node's address of its family, whatever the Node says; nil: as the Node says.
    public var nodeAddress: IPAddress?

    /// Makes a source; what is not given is as kube-proxy has it.
    public init(clusterCIDRs: [IPPrefix], detection: Detection = .clusterCIDR, masqueradeAll: Bool = false) {
        self.clusterCIDRs = clusterCIDRs
        self.detection = detection
        self.masqueradeAll = masqueradeAll
    }

    /// The context that follows from a Node.
    ///
    /// - Parameters:
    ///   - node: the own Node.
    ///   - interfaceAddresses: the addresses of its interfaces, where they are known.
    /// - Returns: the context.
    public func context(of node: Node, interfaceAddresses: [IPAddress] = []) -> NodeContext {
        NodeContext(
            name: node.name,
            zone: node.zone,
            addresses: addresses(of: node),
            interfaceAddresses: interfaceAddresses,
            localDetector: detector(for: node),
            masqueradeAll: masqueradeAll
        )
    }

    private func detector(for node: Node) -> LocalDetector {
        let own = node.podPrefixes.map(\.masked)
        switch detection {
        case .clusterCIDR: return Self.detector(clusterCIDRs.isEmpty ? own : clusterCIDRs)
        case .nodeCIDR: return Self.detector(own)
        case .bridgeInterface(let name): return .interface(name)
        case .interfaceNamePrefix(let prefix): return .interfacePrefix(prefix)
        case .none: return .none
        }
    }

    private static func detector(_ prefixes: [IPPrefix]) -> LocalDetector {
        prefixes.isEmpty ? .none : .sourcePrefixes(prefixes)
    }

    private func addresses(of node: Node) -> [IPAddress] {
        let told = node.addresses.filter { ["InternalIP", "ExternalIP"].contains($0.type) }
            .compactMap { IPAddress($0.address) }
        guard let nodeAddress else { return told }
        return [nodeAddress] + told.filter { $0.family != nodeAddress.family }
    }
}
