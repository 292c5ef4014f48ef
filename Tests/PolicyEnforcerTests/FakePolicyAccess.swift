import NFTables
import NFTablesInspect
import NFTablesTesting

@testable import PolicyEnforcer

/// Tables in memory, with a record of what was committed.
final class FakePolicyAccess: PolicyTableAccess {
    private let recorded = RecordedRuleset()

    var ruleset: FakeRuleset { recorded.ruleset }
    var transactions: [Transaction] { recorded.transactions }

    /// The next commit fails so.
    func failNext(_ error: NFTablesError) { recorded.failNext(error) }

    func commit(_ transaction: Transaction) throws {
        guard !transaction.isEmpty else { return }
        try recorded.commit(transaction)
    }

    func present(_ table: TableID) throws -> PresentPolicyTable? {
        let ruleset = ruleset
        guard let declaration = ruleset.table(table) else { return nil }
        var present = PresentPolicyTable()
        present.comment = declaration.comment
        for chain in ruleset.chains(of: table) ?? [] {
            present.chains[chain] = (ruleset.rules(of: chain, in: table) ?? []).map(\.comparableText)
        }
        for set in ruleset.sets(of: table) ?? [] { present.sets[set] = ruleset.elements(of: set, in: table) ?? [] }
        return present
    }

    func generation() throws -> Generation? { nil }

    func elements(of set: NamedSet) throws -> [SetElement]? { ruleset.elements(of: set.name, in: set.table) }
}
