import NFTables
import NFTablesTesting
import Synchronization

@testable import ServiceProxy

/// Tables in memory, with a record of what was committed.
final class FakeTableAccess: TableAccess {
    struct State {
        var ruleset = FakeRuleset()
        var transactions: [Transaction] = []
        var failure: NFTablesError?
    }

    func generation() -> Generation {
        Generation(identifier: 1, process: 1, processName: "test", port: 1)
    }

    let state = Mutex(State())

    @discardableResult
    func commit(_ transaction: Transaction) throws -> CommitTimes {
        try state.withLock { state in
            if let failure = state.failure.take() { throw failure }
            try state.ruleset.commit(transaction)
            state.transactions.append(transaction)
            return CommitTimes(encode: .milliseconds(1), kernel: .milliseconds(2))
        }
    }

    func isPresent(_ table: TableID) throws -> Bool { try present(table) != nil }

    func present(_ table: TableID) throws -> PresentTable? {
        state.withLock { Self.present(table, in: $0.ruleset) }
    }

    var ruleset: FakeRuleset { state.withLock { $0.ruleset } }
    var transactions: [Transaction] { state.withLock { $0.transactions } }

    /// The next commit fails so.
    func failNext(_ error: NFTablesError) { state.withLock { $0.failure = error } }

    private static func present(_ table: TableID, in ruleset: FakeRuleset) -> PresentTable? {
        guard let declaration = ruleset.table(table) else { return nil }
        var present = PresentTable()
        present.comment = declaration.comment
        for chain in ruleset.chains(of: table) ?? [] {
            present.chains[chain] = (ruleset.rules(of: chain, in: table) ?? []).map(PresentTable.text(of:))
        }
        for set in ruleset.sets(of: table) ?? [] {
            let elements = ruleset.elements(of: set, in: table) ?? []
            guard set == "affinity" else {
                present.sets[set] = elements
                continue
            }
            present.sets[set] = []
            present.remembered = {
                elements.map { element in
                    var left = element
                    left.timeout = 5000
                    return left
                }
            }
            present.highestRememberedNumber =
                elements.compactMap { element in
                    if case .value(let value) = element.data { value.number } else { nil }
                }.max() ?? 0
        }
        return present
    }
}

extension FakeRuleset {
    /// Everything in a table, sorted, without what packets added: equal for equal tables.
    func canonicalText(of table: TableID) -> String {
        var lines = [self.table(table).map { "\($0) \($0.comment ?? "")" } ?? "none"]
        for set in sets(of: table) ?? [] where set != "affinity" {
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
