/// What many measurements of the same thing come to.
public struct SampleSummary: Hashable, Sendable {
    /// How many there are.
    public let count: Int
    /// Half of them are not above it.
    public let median: Double
    /// The smallest one that 99 % of them are not above; with fewer than 100 it is the largest.
    public let p99: Double
    /// The smallest.
    public let minimum: Double
    /// How far the middle half of them reaches, as a part of the median.
    public let spread: Double

    /// Sums up measurements; nil when there are none.
    public init?(_ values: [Double]) {
        guard !values.isEmpty else { return nil }
        let sorted = values.sorted()
        count = sorted.count
        minimum = sorted[0]
        median = Self.quantile(0.5, ofSorted: sorted)
        p99 = sorted[(99 * sorted.count + 99) / 100 - 1]
        let middleHalf = Self.quantile(0.75, ofSorted: sorted) - Self.quantile(0.25, ofSorted: sorted)
        spread = median == 0 ? 0 : middleHalf / median
    }

    /// The median of some numbers; 0 when there are none.
    static func median(_ values: [Double]) -> Double {
        values.isEmpty ? 0 : quantile(0.5, ofSorted: values.sorted())
    }

    /// The value below which a part of the numbers lies, between two numbers in proportion (type 7 of Hyndman and Fan).
    static func quantile(_ part: Double, ofSorted sorted: [Double]) -> Double {
        let position = part * Double(sorted.count - 1)
        let below = Int(position)
        let above = min(below + 1, sorted.count - 1)
        return sorted[below] + (sorted[above] - sorted[below]) * (position - Double(below))
    }
}
