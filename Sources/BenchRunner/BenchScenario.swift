/// One question that a bench asks, with the answers' candidates: what `weft-bench` runs.
///
/// A scenario is asked by one task, and one call at a time; what blocks may block.
public protocol BenchScenario: AnyObject {
    /// Its name on the command line: `program`.
    var name: String { get }
    /// What it asks, in one sentence.
    var question: String { get }
    /// The sizes that it is asked for, in the order in which they are shown.
    var parameters: [BenchParameter] { get }
    /// What is compared, in the order in which it is shown.
    var variants: [BenchVariant] { get }
    /// The name of the variant that the others are divided by; where it does not run, the first one that does is.
    var baseline: String { get }
    /// How much work a round is, beside other scenarios of the same run: time is given out by it.
    var expectedWork: Double { get }

    /// Makes what a variant needs for all its rounds.
    ///
    /// - Parameter variant: one of ``variants``.
    /// - Throws: why it can't run, in one line with the way out. It is left out then, and the others go on.
    func setUp(_ variant: BenchVariant) async throws

    /// Measures a variant once.
    ///
    /// - Parameters:
    ///   - variant: one that was set up.
    ///   - round: the number of the round, from 0.
    /// - Returns: what was measured; the same metrics and phases each time.
    /// - Throws: why it can't go on, in one line. It is left out then, with what it had measured.
    func measure(_ variant: BenchVariant, round: Int) async throws -> [BenchMeasurement]

    /// Removes whatever is left, after a failure too.
    func tearDown() async
}

/// A size of a scenario: `services` 1000.
public struct BenchParameter: Hashable, Sendable {
    /// What is counted: `services`.
    public let name: String
    /// How many.
    public let value: Int

    /// A size.
    public init(_ name: String, _ value: Int) {
        self.name = name
        self.value = value
    }
}

/// One of the things that a scenario compares.
public struct BenchVariant: Hashable, Sendable {
    /// Its name, unique in the scenario: `nftables last`.
    public let name: String
    /// Its column in the overview: `nftables`.
    public let column: String
    /// The part of the question that it answers, a line of the overview: `last`; empty where there is one part only.
    public let part: String

    /// A variant; without a column and a part it is a column by itself.
    public init(_ name: String, column: String? = nil, part: String = "") {
        self.name = name
        self.column = column ?? name
        self.part = part
    }
}

/// What a measurement counts.
public enum BenchUnit: String, Hashable, Sendable, CaseIterable {
    /// Nanoseconds; where the clock counts instructions, instructions.
    case time
    /// Bytes.
    case bytes
    /// A part of a whole: 1 is all of it.
    case share
}

/// What one round of a variant measured of one phase of one metric.
public struct BenchMeasurement: Hashable, Sendable {
    /// The phase that stands for the whole metric.
    public static let total = "total"

    /// What was measured: `first sync`.
    public let metric: String
    /// Which part of it: `kernel`, or ``total``.
    public let phase: String
    /// What each single measurement came to, in ``unit``.
    public let values: [Double]
    /// What the values count.
    public let unit: BenchUnit
    /// The processor time of one measurement (user and system, all processors), in nanoseconds.
    public let processorTime: Double?

    /// A measurement.
    public init(
        _ metric: String,
        phase: String = total,
        _ values: [Double],
        unit: BenchUnit = .time,
        processorTime: Double? = nil
    ) {
        self.unit = unit
        self.metric = metric
        self.phase = phase
        self.values = values
        self.processorTime = processorTime
    }
}

/// Why a bench, or a part of it, can't run: one line with the cause and the way out.
public struct BenchError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The line.
    public let description: String

    /// An error with this text.
    public init(_ description: String) { self.description = description }
}
