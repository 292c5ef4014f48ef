import NFTables
import NetworkTypes

extension PolicyContent {
    /// The operations that make this content of another one that is there.
    ///
    /// - Parameters:
    ///   - present: what is there; a chain whose rules are not known has none.
    ///   - presentSets: the sets of chains that are there, also those without elements.
    ///   - rules: the family's rules.
    /// - Returns: the operations; none if both are alike.
    func transaction(from present: PolicyContent, presentSets: Set<PolicySet>, _ rules: PolicyRules) -> Transaction {
        let table = rules.table
        var transaction = Transaction()
        let wantedSets = Set(elements.keys.filter { !PolicySet.fixed.contains($0) })
        let (newSets, oldSets) = (wantedSets.subtracting(presentSets), presentSets.subtracting(wantedSets))
        let newChains = chains.keys.filter { present.chains[$0] == nil }.sorted()
        let oldChains = present.chains.keys.filter { chains[$0] == nil }.sorted()
        let changedChains = chains.keys.filter { present.chains[$0] != chains[$0] }.sorted()

        for set in newSets.sorted(by: Self.precedes) { transaction.add(rules.set(set)) }
        for name in newChains { if let chain = chains[name] { transaction.add(chain.declaration(table)) } }
        // All removals come before all additions: a key may get other data.
        let kept = Set(elements.keys).union(present.elements.keys).subtracting(oldSets).sorted(by: Self.precedes)
        for set in kept {
            let gone = (present.elements[set] ?? []).subtracting(elements[set] ?? [])
            transaction.delete(gone.sorted { $0.key < $1.key }, from: rules.set(set))
        }
        for name in changedChains where present.chains[name] != nil { transaction.flush(Chain(table, name)) }
        for name in changedChains { for rule in chains[name]?.rules(table) ?? [] { transaction.add(rule) } }
        for set in kept {
            let new = (elements[set] ?? []).subtracting(present.elements[set] ?? [])
            transaction.add(new.sorted { $0.key < $1.key }, to: rules.set(set))
        }
        for name in oldChains { transaction.flush(Chain(table, name)) }
        for name in oldChains { transaction.delete(Chain(table, name)) }
        for set in oldSets.sorted(by: Self.precedes) { transaction.delete(rules.set(set)) }
        return transaction
    }

    private static func precedes(_ left: PolicySet, _ right: PolicySet) -> Bool { left.name < right.name }
}
