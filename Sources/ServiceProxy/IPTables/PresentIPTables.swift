import NFTables
import NFTablesInspect

/// What the shared tables hold, of one generation.
struct PresentIPTables: Sendable {
    /// The generation that it was read in.
    var generation: UInt32
    private let tables: [IPTablesTable: TableSummary]
    private var places: [IPTablesTable: [String: Int]] = [:]

    init(generation: UInt32, _ tables: [IPTablesTable: TableSummary]) {
        self.generation = generation
        self.tables = tables
        for (table, summary) in tables {
            for (place, chain) in summary.chains.enumerated() { places[table, default: [:]][chain.name] = place }
        }
    }

    func isPresent(_ table: IPTablesTable) -> Bool { tables[table]?.isPresent ?? false }

    func chains(_ table: IPTablesTable) -> [ChainSummary] { tables[table]?.chains ?? [] }

    func chain(_ place: IPTablesEdit.Place) -> ChainSummary? {
        places[place.table]?[place.chain].map { chains(place.table)[$0] }
    }

    /// Whether a chain is ours by its name.
    static func isOurs(_ place: IPTablesEdit.Place) -> Bool {
        if TopChain.allCases.contains(where: { $0.table == place.table && $0.name == place.chain }) { return true }
        return place.table == .nat && ServiceChains.isServiceChain(place.chain)
    }

    /// The chains of ours in a table.
    func ownChains(_ table: IPTablesTable) -> [ChainSummary] {
        chains(table).filter { Self.isOurs(IPTablesEdit.Place(table, $0.name)) }
    }

    /// Those of our chains to which chains of others lead, with one that does; some rules may not count.
    func foreignUses(
        _ table: IPTablesTable,
        isLeftOut: (ChainSummary, RuleSummary) -> Bool = { _, _ in false }
    ) -> [String: String] {
        let all = chains(table)
        var uses: [String: String] = [:]
        for chain in all where !Self.isOurs(IPTablesEdit.Place(table, chain.name)) {
            for rule in chain.rules where !isLeftOut(chain, rule) {
                guard let target = rule.target.map({ all[$0].name }) else { continue }
                if Self.isOurs(IPTablesEdit.Place(table, target)) { uses[target] = chain.name }
            }
        }
        return uses
    }
}

extension IPTablesContent {
    /// What must change so that the kernel holds this.
    func edit(from present: PresentIPTables) -> IPTablesEdit {
        var edit = IPTablesEdit(options)
        var wanted: Set<String> = []
        for table in IPTablesTable.allCases where !present.isPresent(table) { edit.make(table) }
        var shared = SharedRules()
        for spec in specs {
            guard let port = rules(spec) else { continue }
            shared.add(port)
            for chain in port.chains() {
                wanted.insert(chain.name)
                edit.tally.own += chain.rules.count
                bring(IPTablesEdit.Place(.nat, chain.name), chain.rules, present, &edit)
            }
        }
        for (chain, rules) in shared.chains(top) {
            edit.tally.top[chain] = rules.count
            bring(IPTablesEdit.Place(chain), rules, present, &edit)
        }
        // A chain that somebody else leads to can't go: it is emptied.
        let used = present.foreignUses(.nat)
        for chain in present.chains(.nat)
        where ServiceChains.isServiceChain(chain.name) && !wanted.contains(chain.name) {
            let place = IPTablesEdit.Place(.nat, chain.name)
            if used[chain.name] == nil { edit.delete(place) } else { bring(place, [], present, &edit) }
        }
        bringJumps(present, &edit)
        return edit
    }

    private func bring(
        _ place: IPTablesEdit.Place,
        _ rules: [IPTablesRule],
        _ present: PresentIPTables,
        _ edit: inout IPTablesEdit
    ) {
        guard let there = present.chain(place) else { return edit.make(place, rules) }
        let isAlike =
            there.rules.count == rules.count
            && zip(there.rules, rules).allSatisfy { $0.digest == RuleDigest($1, options.family) }
        if !isAlike { edit.rewrite(place, rules) }
    }

    /// Jumps that are there stay where they are; what is missing comes first in its chain.
    private func bringJumps(_ present: PresentIPTables, _ edit: inout IPTablesEdit) {
        var made: Set<IPTablesEdit.Place> = []
        for jump in BaseJump.all.reversed() {
            let place = IPTablesEdit.Place(jump.table, jump.chain)
            let there = present.chain(place)
            if there == nil, made.insert(place).inserted { edit.makeBaseChain(place) }
            let digest = RuleDigest(jump.rule, options.family)
            if there?.rules.contains(where: { $0.digest == digest }) != true { edit.prepend(jump.rule, to: place) }
        }
    }
}
