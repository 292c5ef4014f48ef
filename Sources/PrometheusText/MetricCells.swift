import CoreMetrics
import Synchronization

/// Where a counter's value lives.
final class CounterCell: CounterHandler, FloatingPointCounterHandler, Sendable {
    private let value = Mutex<Double>(0)

    func increment(by amount: Int64) { increment(by: Double(amount)) }

    /// Counters only grow; anything else would look like a restart to whoever reads them.
    func increment(by amount: Double) {
        guard amount > 0, amount.isFinite else { return }
        value.withLock { $0 += amount }
    }

    func reset() { value.withLock { $0 = 0 } }

    var current: Double { value.withLock { $0 } }
}

/// Where a gauge's value lives.
final class GaugeCell: MeterHandler, RecorderHandler, Sendable {
    private let value = Mutex<Double>(0)

    func set(_ newValue: Int64) { set(Double(newValue)) }
    func set(_ newValue: Double) { value.withLock { $0 = newValue } }
    func increment(by amount: Double) { value.withLock { $0 += amount } }
    func decrement(by amount: Double) { value.withLock { $0 -= amount } }
    func record(_ newValue: Int64) { set(Double(newValue)) }
    func record(_ newValue: Double) { set(newValue) }

    var current: Double { value.withLock { $0 } }
}

/// Where a histogram's buckets live.
final class HistogramCell: RecorderHandler, TimerHandler, Sendable {
    /// What a histogram held at one moment.
    struct Snapshot: Equatable {
        /// One count per bound, then one for what is above all; not yet cumulated.
        var counts: [UInt64]
        var sum: Double
    }

    let bounds: [Double]
    private let state: Mutex<Snapshot>

    init(bounds: [Double]) {
        self.bounds = bounds
        state = Mutex(Snapshot(counts: Array(repeating: 0, count: bounds.count + 1), sum: 0))
    }

    func record(_ value: Int64) { record(Double(value)) }

    func record(_ value: Double) {
        guard !value.isNaN else { return }
        let index = firstBound(notBelow: value)
        state.withLock { state in
            state.counts[index] &+= 1
            state.sum += value
        }
    }

    func recordNanoseconds(_ duration: Int64) { record(Double(duration) / 1e9) }

    var current: Snapshot { state.withLock { $0 } }

    /// `le` is inclusive: a value equal to a bound belongs to that bound.
    private func firstBound(notBelow value: Double) -> Int {
        var low = 0
        var high = bounds.count
        while low < high {
            let middle = (low + high) / 2
            if bounds[middle] < value { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
