import NetworkTypes

@testable import PolicyPlan

extension FaultTests {
    static let modelFaults: [PolicyFault] = [
        PolicyFault("blocks are not made", chain: { $0.blocks = [] }),
        PolicyFault("peers are not made", chain: { $0.peers = [:] }),
        PolicyFault("what everyone may do is not made", chain: { $0.anyone = PortSet() }),
        PolicyFault(
            "peers may do everything",
            chain: { chain in chain.peers = chain.peers.mapValues { _ in .everything } }
        ),
        PolicyFault(
            "blocks are open at all ports",
            chain: { chain in
                chain.blocks = chain.blocks.map { AllowedBlock(addresses: $0.addresses, ports: nil) }
            }
        ),
        PolicyFault(
            "a block lacks its last address",
            chain: { chain in
                chain.blocks = chain.blocks.map { block in
                    guard let last = block.addresses.last.advanced(by: -1), block.addresses.first < last else {
                        return block
                    }
                    let shorter = AddressRange(family: last.family, block.addresses.first.rawValue, last.rawValue)
                    return AllowedBlock(addresses: shorter, ports: block.ports)
                }
            }
        ),
        PolicyFault(
            "a block of one address is left out",
            chain: { $0.blocks.removeAll { $0.addresses.first == $0.addresses.last } }
        ),
        PolicyFault(
            "outgoing traffic is not isolated",
            model: { model in
                model.subjects = model.subjects.mapValues {
                    PolicySubject(pod: $0.pod, ingress: $0.ingress, egress: nil)
                }
            }
        ),
        PolicyFault(
            "incoming traffic is not isolated",
            model: { model in
                model.subjects = model.subjects.mapValues {
                    PolicySubject(pod: $0.pod, ingress: nil, egress: $0.egress)
                }
            }
        ),
        PolicyFault(
            "IPv6 is not isolated",
            model: { model in model.subjects = model.subjects.filter { $0.key.family == .ipv4 } }
        ),
        PolicyFault(
            "IPv4 peers are left out",
            model: { model in model.peers = model.peers.filter { $0.key.family == .ipv6 } }
        ),
        PolicyFault(
            "all peers are one",
            model: { model in
                let first = model.peers.values.map(\.number).min() ?? 1
                model.peers = model.peers.mapValues { AddressPeer(number: first, pod: $0.pod) }
            }
        ),
        PolicyFault(
            "one chain for all pods of a direction",
            model: { model in
                let first = model.subjects.values.compactMap(\.ingress).min()
                model.subjects = model.subjects.mapValues {
                    PolicySubject(pod: $0.pod, ingress: $0.ingress.flatMap { _ in first }, egress: $0.egress)
                }
            }
        ),
    ]

    static let missedChanges: [PolicyFault] = [
        PolicyFault("changes of policies are missed", missing: [.policy], updatesOnly: true),
        PolicyFault("the end of policies is missed", missing: [.policyEnd]),
        PolicyFault("changes of pods are missed", missing: [.pod], updatesOnly: true),
        PolicyFault("the end of pods is missed", missing: [.podEnd]),
        PolicyFault("changes of namespaces are missed", missing: [.namespace], updatesOnly: true),
        PolicyFault("the end of namespaces is missed", missing: [.namespaceEnd]),
        PolicyFault("namespaces are missed", missing: [.namespace]),
    ]
}
