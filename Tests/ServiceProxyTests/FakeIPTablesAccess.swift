import NFTables
import NFTablesInspect
import NFTablesTesting
import NetworkTypes
import Synchronization

@testable import ServiceProxy

/// The tables of iptables in memory, with a record of what was committed.
final class FakeIPTablesAccess: IPTablesAccess {
    struct State {
        var ruleset = FakeRuleset()
        var transactions: [Transaction] = []
        /// What others write just before the next commits, first the last.
        var meddling: [Transaction] = []
        var isLiberal = false
    }

    func generation() -> Generation {
        Generation(identifier: 1, process: 1, processName: "test", port: 1)
    }

    let state = Mutex(State())

    var ruleset: FakeRuleset { state.withLock(\.ruleset) }
    var transactions: [Transaction] { state.withLock(\.transactions) }

    func read(_ family: IPFamily) throws -> PresentIPTables {
        let ruleset = ruleset
        var tables: [IPTablesTable: TableSummary] = [:]
        for table in IPTablesTable.allCases {
            tables[table] = ruleset.summary(of: TableID(TableFamily(family), table.rawValue))
        }
        return PresentIPTables(generation: ruleset.generation, tables)
    }

    @discardableResult
    func commit(_ transaction: Transaction, ifGeneration generation: UInt32? = nil) throws -> CommitTimes {
        try state.withLock { state in
            if let foreign = state.meddling.popLast() { try state.ruleset.commit(foreign) }
            if let generation, generation != state.ruleset.generation {
                throw NFTablesError(.generationChanged, operation: "commit", object: "transaction")
            }
            try state.ruleset.commit(transaction)
            state.transactions.append(transaction)
            return CommitTimes(encode: .milliseconds(1), kernel: .milliseconds(2))
        }
    }

    func isConntrackLiberal() -> Bool { state.withLock(\.isLiberal) }
}

extension FakeRuleset {
    fileprivate func summary(of table: TableID) -> TableSummary {
        guard let names = chains(of: table) else { return TableSummary(isPresent: false) }
        let chains = names.map { name in
            let rules = zip(handles(of: name, in: table) ?? [], rules(of: name, in: table) ?? []).map { handle, rule in
                let expressions = rule.compiled().expressions
                let targets = expressions.compactMap { expression in
                    if case .verdict(let immediate) = expression { immediate.verdict.chain } else { nil }
                }
                return RuleSummary(
                    handle: handle,
                    digest: RuleDigest(expressions),
                    target: targets.first.flatMap { names.firstIndex(of: $0) }
                )
            }
            let hook = chain(name, in: table)?.base.map { base in
                InspectedChain.Hook(
                    type: base.kind.rawValue,
                    number: base.hook.rawValue,
                    priority: base.priority,
                    policy: base.policy.rawValue
                )
            }
            return ChainSummary(name: name, hook: hook, rules: rules)
        }
        return TableSummary(isPresent: true, chains: chains)
    }
}
