public import NFTables
import Synchronization

/// A ruleset in memory that is shared, with a record of what was committed to it.
public final class RecordedRuleset: Sendable {
    private struct State {
        var ruleset = FakeRuleset()
        var transactions: [Transaction] = []
        var failure: NFTablesError?
    }

    private let state = Mutex(State())

    /// An empty ruleset.
    public init() {}

    /// What is there now.
    public var ruleset: FakeRuleset { state.withLock { $0.ruleset } }
    /// What was committed, in order; not what failed.
    public var transactions: [Transaction] { state.withLock { $0.transactions } }

    /// The next commit fails so.
    public func failNext(_ error: NFTablesError) { state.withLock { $0.failure = error } }

    /// Commits a transaction as the kernel does: whole or not at all.
    ///
    /// - Throws: the failure that was asked for, or what the ruleset refuses.
    public func commit(_ transaction: Transaction) throws {
        try state.withLock { state in
            if let failure = state.failure.take() { throw failure }
            try state.ruleset.commit(transaction)
            state.transactions.append(transaction)
        }
    }
}
