/// One line of the demo's table: what was claimed, what was expected, what the packets said.
public struct Check: Sendable, Hashable {
    /// What is proven: `ClusterIP, from a pod`.
    public let what: String
    /// What had to be seen.
    public let expected: String
    /// What was seen.
    public let seen: String
    /// Whether the two agree.
    public let holds: Bool
    /// Milliseconds that the check took.
    public let milliseconds: Double

    /// A result whose duration is known.
    public init(what: String, expected: String, seen: String, holds: Bool, milliseconds: Double) {
        self.what = what
        self.expected = expected
        self.seen = seen
        self.holds = holds
        self.milliseconds = milliseconds
    }
}

/// What a check found, before its duration is known.
struct Finding {
    var expected: String
    var seen: String
    var holds: Bool
}
