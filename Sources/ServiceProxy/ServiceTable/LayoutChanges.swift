import NFTables

/// What a change of Services does to the table: sets, chains and elements that come and go.
struct LayoutChanges: Sendable {
    var newSets: [LayoutSet] = []
    var newChains: [LayoutChain] = []
    var removed: [LayoutSet: [SetElement]] = [:]
    var added: [LayoutSet: [SetElement]] = [:]
    var retiredChains: [String] = []

    var isEmpty: Bool {
        newSets.isEmpty && newChains.isEmpty && removed.isEmpty && added.isEmpty && retiredChains.isEmpty
    }

    /// The number of elements that are added or removed.
    var elementCount: Int { (Array(removed.values) + Array(added.values)).reduce(0) { $0 + $1.count } }

    mutating func add(_ placed: PlacedElement) { added[placed.set, default: []].append(placed.element) }
    mutating func remove(_ placed: PlacedElement) { removed[placed.set, default: []].append(placed.element) }

    /// The transaction that makes the changes in a table that is there.
    func append(to transaction: inout Transaction, _ rules: LayoutRules) {
        let table = rules.options.table
        for set in newSets { transaction.add(rules.set(set)) }
        for chain in newChains { transaction.add(Chain(table, chain.name, base: chain.base, comment: chain.comment)) }
        for chain in newChains {
            for line in chain.lines {
                transaction.add(Rule(table, chain.name, line))
            }
        }
        // All removals come first: a key may change its Service within one transaction.
        for set in removed.keys.sorted(by: { $0.order < $1.order }) {
            transaction.delete(removed[set] ?? [], from: rules.set(set))
        }
        for set in added.keys.sorted(by: { $0.order < $1.order }) {
            transaction.add(added[set] ?? [], to: rules.set(set))
        }
        // Chains that go may lead to each other.
        for chain in retiredChains { transaction.flush(Chain(table, chain)) }
        for chain in retiredChains { transaction.delete(Chain(table, chain)) }
    }

    /// Leaves out what is removed and added again alike.
    mutating func cancelOut() {
        for (set, gone) in removed {
            guard let new = added[set] else { continue }
            let both = Set(gone).intersection(new)
            guard !both.isEmpty else { continue }
            let stays = gone.filter { !both.contains($0) }
            let comes = new.filter { !both.contains($0) }
            removed[set] = stays.isEmpty ? nil : stays
            added[set] = comes.isEmpty ? nil : comes
        }
    }
}
