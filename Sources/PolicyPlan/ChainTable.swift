import ClusterModel
import NetworkTypes

/// What makes a chain: a direction, the policies, and where they name ports for incoming traffic, the numbers that
/// these have in the isolated pod.
struct ChainKey: Hashable, Sendable {
    let direction: NetworkPolicy.Direction
    let policies: [ObjectKey]
    let ports: [ResolvedPort]
}

/// The chains in use.
struct ChainTable: Sendable {
    private(set) var keys: [UInt32: ChainKey] = [:]
    private var numbers: [ChainKey: UInt32] = [:]
    private var uses: [UInt32: Int] = [:]
    private var pool = NumberPool()

    /// The chain of a key, in use once more.
    ///
    /// - Returns: its number, and whether it is new.
    mutating func retain(_ key: ChainKey, preferring: [UInt32]) -> (number: UInt32, isNew: Bool) {
        if let number = numbers[key] {
            uses[number, default: 0] += 1
            return (number, false)
        }
        let number = pool.take(preferring: preferring)
        keys[number] = key
        numbers[key] = number
        uses[number] = 1
        return (number, true)
    }

    /// Ends one use of a chain; returns its key if that was the last.
    mutating func release(_ number: UInt32) -> ChainKey? {
        uses[number, default: 0] -= 1
        guard uses[number] == 0, let key = keys[number] else { return nil }
        keys[number] = nil
        numbers[key] = nil
        uses[number] = nil
        pool.release(number)
        return key
    }

    /// Holds an earlier run's numbers back for the pods that had them.
    mutating func hold(_ numbers: some Sequence<UInt32>) { pool.hold(numbers) }

    /// Gives up holding numbers back.
    mutating func endHolding() { pool.endHolding() }
}
