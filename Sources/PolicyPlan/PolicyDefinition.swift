import ClusterModel
import NetworkTypes

/// What is needed of a policy to enforce it.
struct PolicyDefinition: Hashable, Sendable {
    let key: ObjectKey
    let generation: Int
    let selector: LabelSelector
    /// The directions in which selected pods are isolated.
    let isolates: Set<NetworkPolicy.Direction>
    let ingress: [RuleDefinition]
    let egress: [RuleDefinition]

    func rules(_ direction: NetworkPolicy.Direction) -> [RuleDefinition] {
        direction == .ingress ? ingress : egress
    }

    /// The names of ports in the rules of a direction.
    func names(_ direction: NetworkPolicy.Direction) -> Set<NamedPort> {
        Set(rules(direction).flatMap(\.ports.names))
    }

    /// The pods that the rules of a direction speak of.
    ///
    /// A named port of everyone is one of every pod: nothing else
    /// has names for its ports.
    func peerSelectors(_ direction: NetworkPolicy.Direction) -> Set<PeerSelector> {
        Set(
            rules(direction).flatMap { rule in
                switch rule.peers {
                case .everyone: direction == .egress && !rule.ports.names.isEmpty ? [PeerSelector.everyPod] : []
                case .some(let pods, _): pods
                }
            }
        )
    }
}

/// Traffic that a policy allows.
struct RuleDefinition: Hashable, Sendable {
    enum Peers: Hashable, Sendable {
        case everyone
        case some(pods: [PeerSelector], addresses: [AddressRange])
    }

    let ports: PortDefinition
    let peers: Peers
}

/// The ports of a rule: numbers, and names for which each pod has its own number.
struct PortDefinition: Hashable, Sendable {
    var numbers = PortSet()
    var names: [NamedPort] = []
}
