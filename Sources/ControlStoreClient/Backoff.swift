/// How long to wait before the next try: doubling with jitter, and short again after a quiet time.
///
/// The same numbers as client-go's reflector: 0.8 s doubling up to 30 s, begun anew after 2 minutes without a failure.
public struct Backoff: Hashable, Sendable {
    /// The first wait's lower bound.
    public var base: Duration
    /// No wait is longer than this.
    public var maximum: Duration
    /// After this time without a failure the waits begin anew.
    public var resetAfter: Duration

    private var current: Duration
    private var lastAsked: ContinuousClock.Instant?

    /// A backoff whose first wait is between `base` and twice that.
    public init(
        base: Duration = .milliseconds(800),
        maximum: Duration = .seconds(30),
        resetAfter: Duration = .seconds(120)
    ) {
        self.base = base
        self.maximum = maximum
        self.resetAfter = resetAfter
        current = base
    }

    /// The wait after one more failure; `random` in 0..<1 spreads many clients over the time from the wait to its double.
    public mutating func next(
        now: ContinuousClock.Instant = .now,
        random: Double = .random(in: 0..<1)
    ) -> Duration {
        if let lastAsked, now - lastAsked > resetAfter { current = base }
        lastAsked = now
        let wait = min(maximum, current + current * random)
        // Half of the maximum, so that the longest waits are spread as well.
        current = min(max(base, maximum / 2), current * 2)
        return wait
    }

    /// Begins anew, after a success.
    public mutating func reset() { current = base }
}
