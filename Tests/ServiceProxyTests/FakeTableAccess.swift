import NFTables
import NFTablesInspect
import NFTablesTesting

@testable import ServiceProxy

/// Tables in memory, with a record of what was committed.
final class FakeTableAccess: TableAccess {
    private let recorded = RecordedRuleset()

    func generation() -> Generation {
        Generation(identifier: 1, process: 1, processName: "test", port: 1)
    }

    @discardableResult
    func commit(_ transaction: Transaction) throws -> CommitTimes {
        try recorded.commit(transaction)
        return CommitTimes(encode: .milliseconds(1), kernel: .milliseconds(2))
    }

    func isPresent(_ table: TableID) throws -> Bool { try present(table) != nil }

    func present(_ table: TableID) throws -> PresentTable? { Self.present(table, in: ruleset) }

    var ruleset: FakeRuleset { recorded.ruleset }
    var transactions: [Transaction] { recorded.transactions }

    /// The next commit fails so.
    func failNext(_ error: NFTablesError) { recorded.failNext(error) }

    private static func present(_ table: TableID, in ruleset: FakeRuleset) -> PresentTable? {
        guard let declaration = ruleset.table(table) else { return nil }
        var present = PresentTable()
        present.comment = declaration.comment
        for chain in ruleset.chains(of: table) ?? [] {
            present.chains[chain] = (ruleset.rules(of: chain, in: table) ?? []).map(\.comparableText)
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
                    if case .value(let value) = element.data { value.host32 } else { nil }
                }.max() ?? 0
        }
        return present
    }
}
