import ClusterModel
import JSONTree
import NetworkTypes

/// A policy as it is enforced, and what is wrong with it.
struct PolicyReading {
    let definition: PolicyDefinition
    let problems: [PolicyProblem]

    /// Reads a policy with the API's defaults, also where no server has filled them in.
    ///
    /// One with a problem still selects and isolates.
    init(_ policy: NetworkPolicy) {
        var reader = PolicyReader(policy)
        definition = reader.definition()
        problems = reader.problems
    }
}

private struct PolicyReader {
    /// The most address ranges with ports that one policy may bring; beyond, the kernel's work would grow too much.
    static let maximumBlocks = 16_384

    let policy: NetworkPolicy
    var problems: [PolicyProblem] = []
    private var blockCount = 0

    init(_ policy: NetworkPolicy) { self.policy = policy }

    mutating func definition() -> PolicyDefinition {
        let selector = podSelector()
        let isolates = directions()
        var ingress = isolates.contains(.ingress) ? rules(.ingress) : []
        var egress = isolates.contains(.egress) ? rules(.egress) : []
        if blockCount > Self.maximumBlocks {
            note("spec", "\(blockCount) address ranges with ports, at most \(Self.maximumBlocks) are taken")
        }
        if !problems.isEmpty { (ingress, egress) = ([], []) }
        return PolicyDefinition(
            key: policy.key,
            generation: policy.metadata.generation ?? 0,
            selector: selector,
            isolates: isolates,
            ingress: ingress,
            egress: egress
        )
    }

    private mutating func note(_ field: String, _ reason: String) {
        problems.append(PolicyProblem(policy: policy.key, uid: policy.uid, field: field, reason: reason))
    }

    /// A selector that can't be read stands for every pod of the namespace: whom it means is not known, and
    /// whoever is meant must not be left open.
    private mutating func podSelector() -> LabelSelector {
        do throws(ModelError) {
            return try policy.podSelector()
        } catch {
            note("spec.podSelector", error.text)
            return .everything
        }
    }

    private mutating func directions() -> Set<NetworkPolicy.Direction> {
        let types = policy.json[path: "spec", "policyTypes"]?.arrayValue ?? []
        for (index, type) in types.enumerated()
        where type.stringValue.flatMap(NetworkPolicy.Direction.init) == nil {
            note("spec.policyTypes[\(index)]", "\(type) is neither Ingress nor Egress")
            return Set(NetworkPolicy.Direction.allCases)
        }
        return Set(policy.directions)
    }

    private mutating func rules(_ direction: NetworkPolicy.Direction) -> [RuleDefinition] {
        let key = direction == .ingress ? "ingress" : "egress"
        return policy.rules(direction).enumerated().map { index, rule in
            let path = "spec.\(key)[\(index)]"
            let ports = ports(rule, path)
            let peers = peers(rule, "\(path).\(direction == .ingress ? "from" : "to")")
            if case .some(_, let addresses) = peers {
                blockCount += addresses.count * max(1, ports.numbers.ranges.count)
            }
            return RuleDefinition(ports: ports, peers: peers)
        }
    }

    private mutating func ports(_ rule: NetworkPolicyRule, _ path: String) -> PortDefinition {
        var definition = PortDefinition()
        if rule.ports.isEmpty { definition.numbers = .everything }
        for (index, port) in rule.ports.enumerated() {
            read(port, "\(path).ports[\(index)]", into: &definition)
        }
        return definition
    }

    private mutating func read(_ port: NetworkPolicyPort, _ path: String, into definition: inout PortDefinition) {
        guard let transport = port.transport else {
            return note("\(path).protocol", "\(port.json["protocol"]?.description ?? "") is none of TCP, UDP, SCTP")
        }
        switch port.port {
        case nil where port.json["port"].map({ !$0.isNull }) ?? false:
            note("\(path).port", "\(port.json["port"]?.description ?? "") is neither a port's number nor a name")
        case nil:
            if port.endPort != nil { return note("\(path).endPort", "there is no port that it could be the end of") }
            definition.numbers.formUnion(PortSet([.all(transport)]))
        case .name(let name):
            if port.endPort != nil { return note("\(path).endPort", "a port by name has no end") }
            definition.names.append(NamedPort(transport, name))
        case .number(let number):
            guard let first = Port(number), number > 0 else {
                return note("\(path).port", "\(number) is not between 1 and 65535")
            }
            guard let last = Port(port.endPort ?? number), last >= first else {
                return note("\(path).endPort", "\(port.endPort ?? 0) is not between \(number) and 65535")
            }
            definition.numbers.formUnion(PortSet([PortRange(transport, first, last)]))
        }
    }

    private mutating func peers(_ rule: NetworkPolicyRule, _ path: String) -> RuleDefinition.Peers {
        if rule.peers.isEmpty { return .everyone }
        var pods: [PeerSelector] = []
        var addresses: [AddressRange] = []
        for (index, peer) in rule.peers.enumerated() {
            let path = "\(path)[\(index)]"
            if let block = peer.ipBlock {
                if ["podSelector", "namespaceSelector"].contains(where: { !(peer.json[$0]?.isNull ?? true) }) {
                    note(path, "ipBlock stands beside a selector")
                }
                addresses += ranges(block, "\(path).ipBlock")
            } else if let selector = selector(peer, path) {
                pods.append(selector)
            }
        }
        return .some(pods: pods, addresses: AddressRange.merged(addresses))
    }

    private mutating func selector(_ peer: NetworkPolicyPeer, _ path: String) -> PeerSelector? {
        do throws(ModelError) {
            let pods = try peer.podSelector()
            guard let namespaces = try peer.namespaceSelector() else {
                guard let pods else {
                    note(path, "there is neither a selector nor an ipBlock")
                    return nil
                }
                return PeerSelector(scope: .own(policy.namespace), pods: pods)
            }
            let scope: PeerSelector.Scope = namespaces.isEmpty ? .everywhere : .matching(namespaces)
            return PeerSelector(scope: scope, pods: pods ?? .everything)
        } catch {
            note(path, error.text)
            return nil
        }
    }

    private mutating func ranges(_ block: NetworkPolicyPeer.IPBlock, _ path: String) -> [AddressRange] {
        guard let whole = IPPrefix(sloppy: block.cidr) else {
            note("\(path).cidr", "\"\(block.cidr)\" is not an address range such as 10.0.0.0/8")
            return []
        }
        var exceptions: [AddressRange] = []
        for (index, text) in block.except.enumerated() {
            guard let part = IPPrefix(sloppy: text), part.family == whole.family else {
                note("\(path).except[\(index)]", "\"\(text)\" is not an address range within \(block.cidr)")
                continue
            }
            exceptions.append(AddressRange(part))
        }
        return AddressRange(whole).subtracting(exceptions)
    }
}
