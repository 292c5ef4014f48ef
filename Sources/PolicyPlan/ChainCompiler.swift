import ClusterModel
import NetworkTypes

/// Compiles what a set of policies allows in one direction.
struct ChainCompiler {
    let key: ChainKey
    let peers: PeerTable

    func compile(_ definitions: [PolicyDefinition]) -> PolicyChain {
        var chain = PolicyChain(key.direction, key.policies)
        var blocks = BlockSet()
        for rule in definitions.flatMap({ $0.rules(key.direction) }) { add(rule, to: &chain, &blocks) }
        // Who may do everything needs no other entry.
        if chain.anyone.isEverything {
            chain.peers = [:]
        } else {
            chain.blocks = blocks.boxes
        }
        return chain
    }

    private func add(_ rule: RuleDefinition, to chain: inout PolicyChain, _ blocks: inout BlockSet) {
        switch rule.peers {
        case .everyone:
            chain.anyone.formUnion(ports(of: rule))
            if key.direction == .egress { add(rule.ports.names, of: .everyPod, to: &chain) }
        case .some(let pods, let addresses):
            let ports = ports(of: rule)
            if !ports.isEmpty { blocks.insert(addresses, ports) }
            for selector in pods {
                if !ports.isEmpty {
                    for peer in peers.peers(of: selector) { chain.peers[peer, default: PortSet()].formUnion(ports) }
                }
                if key.direction == .egress { add(rule.ports.names, of: selector, to: &chain) }
            }
        }
    }

    /// The ports of a rule that are the same for every peer: for incoming traffic the named ones too.
    private func ports(of rule: RuleDefinition) -> PortSet {
        guard key.direction == .ingress, !rule.ports.names.isEmpty else { return rule.ports.numbers }
        var ports = rule.ports.numbers
        ports.formUnion(PortSet(rule.ports.names, in: key.ports))
        return ports
    }

    /// For outgoing traffic a name stands for another number in each destination; one without the name is not allowed.
    private func add(_ names: [NamedPort], of selector: PeerSelector, to chain: inout PolicyChain) {
        guard !names.isEmpty else { return }
        for peer in peers.peers(of: selector) {
            let ports = PortSet(names, in: peers.peers[peer]?.signature.ports ?? [])
            if !ports.isEmpty { chain.peers[peer, default: PortSet()].formUnion(ports) }
        }
    }
}
