import NFTables
import NFTablesInspect

extension LayoutChanges {
    /// The chains to add and to remove; nil if one that stays has other rules than it should have.
    init?(chains wanted: [LayoutChain], _ present: PresentTable, _ rules: LayoutRules) {
        self.init()
        var superfluous = Set(present.chains.keys)
        for chain in wanted {
            superfluous.remove(chain.name)
            guard let lines = present.chains[chain.name] else {
                guard chain.base == nil else { return nil }
                newChains.append(chain)
                continue
            }
            let expected = chain.lines.map { Rule(rules.options.table, chain.name, $0).comparableText }
            guard lines == expected else { return nil }
        }
        retiredChains = superfluous.sorted()
    }

    /// Adds what makes the wanted elements of those that are there.
    mutating func compare(_ wanted: [PlacedElement], _ present: [String: [SetElement]]) {
        var there: [LayoutSet: [ElementValue: SetElement]] = [:]
        for (name, elements) in present {
            guard let set = LayoutSet(name: name) else { continue }
            for element in elements {
                // Several ranges may share a start, so the end belongs to the key.
                there[set, default: [:]][element.identity] = element
            }
        }
        for placed in wanted {
            guard let old = there[placed.set]?.removeValue(forKey: placed.element.identity) else {
                add(placed)
                continue
            }
            guard old != placed.element else { continue }
            remove(PlacedElement(placed.set, old))
            add(placed)
        }
        for (set, left) in there {
            for element in left.values.sorted(by: { $0.key < $1.key }) { remove(PlacedElement(set, element)) }
        }
    }

    mutating func append(_ other: LayoutChanges) {
        newSets += other.newSets
        newChains += other.newChains
        retiredChains += other.retiredChains
        removed.merge(other.removed) { $0 + $1 }
        added.merge(other.added) { $0 + $1 }
    }
}

extension SetElement {
    /// What makes the element another one: its key, and where it is a range, its end.
    fileprivate var identity: ElementValue {
        guard let keyEnd else { return key }
        return ElementValue(bytes: key.bytes + keyEnd.bytes)
    }
}
