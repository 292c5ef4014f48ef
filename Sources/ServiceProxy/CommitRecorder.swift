public import NFTables
import Synchronization

/// Keeps the transactions that a backend commits, for whoever wants to send the very same once more, such as a bench.
public final class CommitRecorder: Sendable {
    private let transactions = Mutex<[Transaction]>([])

    /// Has none yet.
    public init() {}

    func committed(_ transaction: Transaction) { transactions.withLock { $0.append(transaction) } }

    /// What was committed since the last call, in order, and forgets it.
    public func take() -> [Transaction] {
        transactions.withLock { transactions in
            defer { transactions = [] }
            return transactions
        }
    }
}
