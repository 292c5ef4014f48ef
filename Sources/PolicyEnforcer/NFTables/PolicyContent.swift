import ClusterModel
import NFTables
import NetworkTypes
import PolicyPlan

/// What the table holds for some addresses and chains, or for all: sets with elements, chains with rules.
struct PolicyContent {
    var elements: [PolicySet: Set<SetElement>] = [:]
    var chains: [String: PolicyChainRules] = [:]

    private mutating func insert(_ element: SetElement, _ set: PolicySet) { elements[set, default: []].insert(element) }
}

extension PolicyContent {
    /// What a model wants of a family's table for some addresses and chains.
    init(
        _ model: PolicyModel,
        addresses: some Sequence<IPAddress>,
        chains: some Sequence<UInt32>,
        _ rules: PolicyRules
    ) {
        for address in addresses where address.family == rules.family {
            if let peer = model.peers[address] { insert(Self.element(address, peer), .identity) }
            if let subject = model.subjects[address] { insert(address, subject) }
        }
        for number in chains {
            if let chain = model.chains[number] { insert(number, chain, rules) }
        }
    }

    /// All that a model wants of a family's table, but for the fixed chains.
    init(_ model: PolicyModel, _ rules: PolicyRules) {
        self.init(model, addresses: Set(model.peers.keys).union(model.subjects.keys), chains: model.chains.keys, rules)
    }

    private static func element(_ address: IPAddress, _ peer: AddressPeer) -> SetElement {
        SetElement(
            ElementValue(.address(address)),
            value: ElementValue(.host32(peer.number)),
            comment: Self.comment(peer.pod)
        )
    }

    /// As much of the pod's key as the kernel keeps.
    private static func comment(_ pod: ObjectKey) -> String { String("\(pod)".prefix(128)) }

    private mutating func insert(_ address: IPAddress, _ subject: PolicySubject) {
        let key = ElementValue(.address(address))
        let comment = Self.comment(subject.pod)
        if let number = subject.ingress {
            let chain = PolicySet.chainName(.ingress, number)
            insert(SetElement(key, verdict: .goto(chain), comment: comment), .ingress)
        }
        if let number = subject.egress {
            let chain = PolicySet.chainName(.egress, number)
            insert(SetElement(key, verdict: .jump(chain), comment: comment), .egress)
        }
        insert(SetElement(ElementValue(.address(address), .address(address))), .itself)
        insert(SetElement(key), .isolated)
    }

    private mutating func insert(_ number: UInt32, _ chain: PolicyChain, _ rules: PolicyRules) {
        let direction = chain.direction
        if !chain.anyone.isEverything {
            for (kind, element) in ChainElements(chain, rules.family).all {
                insert(element, .chain(direction, number, kind))
            }
        }
        let kinds = ChainSet.allCases.filter { elements[.chain(direction, number, $0)] != nil }
        let made = rules.chain(
            direction,
            number,
            allowsEverything: chain.anyone.isEverything,
            sets: Set(kinds)
        )
        chains[made.name] = made
    }
}

/// The elements of a chain's sets in one family.
private struct ChainElements {
    private(set) var all: [(ChainSet, SetElement)] = []

    init(_ chain: PolicyChain, _ family: IPFamily) {
        for range in chain.anyone.ranges { insert(.anyPort, .anyRange, [], [], range) }
        for (number, ports) in chain.peers {
            let peer = Field.host32(number)
            if ports.isEverything { all.append((.peer, SetElement(ElementValue(peer)))) }
            for range in ports.ranges { insert(.peerPort, .peerRange, [peer], [peer], range) }
        }
        for block in chain.blocks where block.addresses.family == family {
            let (first, last) = (Field.address(block.addresses.first), Field.address(block.addresses.last))
            if let ports = block.ports {
                insert(nil, .blockPort, [first], [last], ports)
            } else {
                all.append((.block, Self.interval([first, .byte(0)], [last, .byte(.max)])))
            }
        }
    }

    /// Single ports go to the set without intervals, if there is one.
    private mutating func insert(
        _ exact: ChainSet?,
        _ interval: ChainSet,
        _ first: [Field],
        _ last: [Field],
        _ range: PortRange
    ) {
        let transport = Field.transport(range.transport)
        let low = first + [transport, .port(range.first)]
        if let exact, range.isSingle {
            all.append((exact, SetElement(Self.value(low))))
        } else {
            all.append((interval, Self.interval(low, last + [transport, .port(range.last)])))
        }
    }

    private static func interval(_ low: [Field], _ high: [Field]) -> SetElement {
        SetElement(value(low), through: value(high))
    }

    private static func value(_ fields: [Field]) -> ElementValue {
        var value = ElementValue()
        for field in fields { value.append(field) }
        return value
    }
}
