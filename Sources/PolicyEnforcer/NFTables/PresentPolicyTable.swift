import ClusterModel
import NFTables
import NFTablesInspect
import NetworkTypes
import PolicyPlan

/// What the kernel has under our table's name, as far as it matters for taking it over.
struct PresentPolicyTable: Sendable {
    /// The table's comment, which names its layout.
    var comment: String?
    /// The rules of each chain, as ``text(of:)`` has them.
    var chains: [String: [String]] = [:]
    /// The elements of each set that is not a rule's own.
    var sets: [String: [SetElement]] = [:]

    /// What a rule is for the kernel.
    static func text(of rule: Rule) -> String {
        normalized(rule.compiled().expressions.map(\.description), comment: rule.comment)
    }

    /// A lookup that is read back says that it has no flags.
    static func normalized(_ expressions: [String], comment: String?) -> String {
        let texts = expressions.map { text in
            text.hasPrefix("lookup") && text.hasSuffix(" 0x0") ? String(text.dropLast(4)) : text
        }
        return (texts + [comment ?? ""]).joined(separator: "; ")
    }
}

extension PresentPolicyTable {
    /// Takes a table as libnftnl reads it.
    init(_ table: InspectedTable, _ id: TableID) {
        comment = table.comment
        for chain in table.chains {
            chains[chain.name] = chain.rules.map { Self.normalized($0.expressions, comment: $0.comment) }
        }
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
            hints.peers[address] = UInt32(hostOrder: value.bytes)
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

extension UInt32 {
    /// Reads a number of four bytes in this machine's order; nil for another length.
    fileprivate init?(hostOrder bytes: [UInt8]) {
        guard bytes.count == 4 else { return nil }
        self.init(littleEndian: bytes.reversed().reduce(0) { $0 << 8 | UInt32($1) })
    }
}

extension SetElement {
    /// Takes an element as it is stored; what a set of intervals keeps turned is turned back.
    fileprivate init(_ element: InspectedElement, of set: NamedSet?) {
        func value(_ bytes: [UInt8]) -> ElementValue {
            let stored = ElementValue(bytes: bytes)
            return set?.storedKey(stored) ?? stored
        }
        let data: ElementData =
            switch element.value {
            case .data(let bytes): .value(ElementValue(bytes: bytes))
            case .verdict(let text): .verdict(Verdict(text))
            case nil: .none
            }
        if let end = element.keyEnd {
            self.init(value(element.key), through: value(end), data: data, comment: element.comment)
        } else {
            self.init(value(element.key), data: data, comment: element.comment)
        }
    }
}

extension Verdict {
    /// Reads what the layout has in its verdict maps: "goto in-2".
    fileprivate init(_ text: String) {
        let words = text.split(separator: " ").map(String.init)
        switch (words.first, words.last) {
        case ("goto", let chain?) where words.count == 2: self = .goto(chain)
        case ("jump", let chain?) where words.count == 2: self = .jump(chain)
        case ("accept", _): self = .accept
        case ("drop", _): self = .drop
        default: self = .continue
        }
    }
}
