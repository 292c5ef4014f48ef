/// What a metric's name means: its help text, and for a histogram the upper bounds of its buckets.
public struct MetricDescription: Hashable, Sendable {
    /// The text of the `# HELP` line.
    public var help: String
    /// Upper bounds, ascending, in the metric's own unit (seconds for timers), without `+Inf`.
    public var buckets: [Double]

    /// A description; `buckets` are sorted and made unique.
    public init(help: String, buckets: [Double] = MetricDescription.latencyBuckets) {
        self.help = help
        self.buckets = Set(buckets.filter(\.isFinite)).sorted()
    }

    /// Bounds for request-like latencies in seconds: 1 ms to 16 s, doubling.
    public static let latencyBuckets = exponentialBuckets(start: 0.001, factor: 2, count: 15)

    /// `count` bounds, each `factor` times the one before it, beginning with `start`.
    public static func exponentialBuckets(start: Double, factor: Double, count: Int) -> [Double] {
        var bounds: [Double] = []
        var bound = start
        for _ in 0..<max(0, count) {
            bounds.append(bound)
            bound *= factor
        }
        return bounds
    }

    /// `count` bounds, each `width` above the one before it, beginning with `start`.
    public static func linearBuckets(start: Double, width: Double, count: Int) -> [Double] {
        (0..<max(0, count)).map { start + width * Double($0) }
    }
}
