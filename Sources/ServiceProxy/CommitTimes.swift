import NFTables

/// How long a transaction took on its way into the kernel.
struct CommitTimes: Hashable, Sendable {
    /// From operations to bytes.
    var encode: Duration = .zero
    /// From the first byte sent to the last answer.
    var kernel: Duration = .zero
}

extension NFTablesConnection {
    /// Makes all changes, or none, and tells how long encoding and kernel took.
    mutating func timedCommit(
        _ transaction: Transaction,
        ifGeneration generation: UInt32? = nil
    ) throws(NFTablesError) -> CommitTimes {
        guard !transaction.isEmpty else { return CommitTimes() }
        let start = ContinuousClock.now
        let encoded = try transaction.encoded(generation: generation, firstSequence: nextSequence)
        let isEncoded = ContinuousClock.now
        try commit(encoded, of: transaction)
        return CommitTimes(encode: isEncoded - start, kernel: .now - isEncoded)
    }
}

extension ProxyPhases {
    /// The phases of a write that ends now: what is not encoding or the kernel's is the difference.
    init(since start: ContinuousClock.Instant, _ times: CommitTimes) {
        self.init(diff: .now - start - times.encode - times.kernel, encode: times.encode, kernel: times.kernel)
    }
}
