import ClusterModel
import NFTables
import NFTablesInspect
import NetworkTypes
import PolicyPlan

/// What the kernel has under our table's name, as far as it matters for taking it over.
struct PresentPolicyTable: Sendable {
    /// The table's comment, which names its layout.
    var comment: String?
    /// The rules of each chain, as ``Rule/comparableText`` has them.
    var chains: [String: [String]] = [:]
    /// The elements of each set that is not a rule's own.
    var sets: [String: [SetElement]] = [:]
}

extension PresentPolicyTable {
    /// Takes a table as libnftnl reads it.
    init(_ table: InspectedTable, _ id: TableID) {
        comment = table.comment
        for chain in table.chains { chains[chain.name] = chain.rules.map(\.comparableText) }
        guard let family = table.family.ipFamily else { return }
        for set in table.sets where !set.isAnonymous {
            let declaration = PolicySet(name: set.name)?.declaration(id, family)
            sets[set.name] = set.elements.map { SetElement($0, of: declaration) }
        }
    }

    /// The numbers that addresses have.
    func hints(_ family: IPFamily) -> PolicyHints {
        var hints = PolicyHints()
        for element in sets[PolicySet.identity.name] ?? [] {
            guard let address = IPAddress(bytes: element.key.bytes), case .value(let value) = element.data else {
                continue
            }
            hints.peers[address] = value.host32
        }
        for (set, keyPath) in [
            (PolicySet.ingress, \PolicyHints.ingress), (.egress, \PolicyHints.egress),
        ] as [(PolicySet, WritableKeyPath<PolicyHints, [IPAddress: UInt32]>)] {
            for element in sets[set.name] ?? [] {
                guard let address = IPAddress(bytes: element.key.bytes), case .verdict(let verdict) = element.data,
                    let number = verdict.chain?.split(separator: "-").last.flatMap({ UInt32($0) })
                else { continue }
                hints[keyPath: keyPath][address] = number
            }
        }
        return hints
    }
}

extension SetElement {
    /// Takes an element as it is stored; what a set of intervals keeps turned is turned back.
    fileprivate init(_ element: InspectedElement, of set: NamedSet?) {
        self.init(element)
        guard let set else { return }
        key = set.storedKey(key)
        keyEnd = keyEnd.map(set.storedKey)
    }
}
