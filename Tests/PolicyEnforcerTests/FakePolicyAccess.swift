import NFTables
import NFTablesTesting
import Synchronization

@testable import PolicyEnforcer

/// Tables in memory, with a record of what was committed.
final class FakePolicyAccess: PolicyTableAccess {
    struct State {
        var ruleset = FakeRuleset()
        var transactions: [Transaction] = []
        var failure: NFTablesError?
    }

    let state = Mutex(State())

    func commit(_ transaction: Transaction) throws {
        try state.withLock { state in
            if let failure = state.failure.take() { throw failure }
            guard !transaction.isEmpty else { return }
            try state.ruleset.commit(transaction)
            state.transactions.append(transaction)
        }
    }

    func present(_ table: TableID) throws -> PresentPolicyTable? {
        let ruleset = ruleset
        guard let declaration = ruleset.table(table) else { return nil }
        var present = PresentPolicyTable()
        present.comment = declaration.comment
        for chain in ruleset.chains(of: table) ?? [] {
            present.chains[chain] = (ruleset.rules(of: chain, in: table) ?? []).map(PresentPolicyTable.text(of:))
        }
        for set in ruleset.sets(of: table) ?? [] { present.sets[set] = ruleset.elements(of: set, in: table) ?? [] }
        return present
    }

    func elements(of set: NamedSet) throws -> [SetElement]? { ruleset.elements(of: set.name, in: set.table) }

    var ruleset: FakeRuleset { state.withLock { $0.ruleset } }
    var transactions: [Transaction] { state.withLock { $0.transactions } }

    /// The next commit fails so.
    func failNext(_ error: NFTablesError) { state.withLock { $0.failure = error } }
}

extension FakeRuleset {
    /// Everything in a table, sorted: equal for equal tables.
    func canonicalText(of table: TableID) -> String {
        var lines = [self.table(table).map { "\($0) \($0.comment ?? "")" } ?? "none"]
        for set in sets(of: table) ?? [] {
            lines.append("set \(set)")
            lines += (elements(of: set, in: table) ?? []).map { "  \($0)" }.sorted()
        }
        for chain in chains(of: table) ?? [] {
            lines.append("chain \(chain)")
            lines += (rules(of: chain, in: table) ?? []).map { "  \($0.text)" }
        }
        return lines.joined(separator: "\n")
    }
}
