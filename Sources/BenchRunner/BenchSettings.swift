/// How long a bench goes on, and what counts as noise.
public struct BenchSettings: Hashable, Sendable {
    /// How many rounds each scenario gets.
    public enum Length: Hashable, Sendable {
        /// So many.
        case rounds(Int)
        /// As many as fit into this time for all scenarios together, but ``BenchSettings/fewestRounds`` at least.
        case time(Duration)
    }

    /// How many rounds each scenario gets.
    public var length: Length
    /// The fewest rounds of a run that goes by time.
    public var fewestRounds = 3
    /// The most rounds of a run that goes by time.
    public var mostRounds = 100
    /// Whether the clock counts instructions: one nanosecond is one instruction, and there is no noise to speak of.
    public var isCounted = false
    /// A spread above this is told as noise.
    public var noisySpread = 0.25

    /// Settings.
    public init(_ length: Length, isCounted: Bool = false) {
        self.length = length
        self.isCounted = isCounted
    }
}
