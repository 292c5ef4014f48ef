/// All answers of one run, and what one must know to believe them.
public struct BenchReport: Sendable {
    /// Where and when.
    public let machine: BenchMachine
    /// The command line.
    public let command: String
    /// How it was measured.
    public let settings: BenchSettings
    /// The answers, in the order of asking.
    public let cases: [BenchCase]
    /// What was left out before anything began.
    public let missing: [BenchFailure]

    /// A report.
    public init(
        machine: BenchMachine,
        command: String,
        settings: BenchSettings,
        cases: [BenchCase],
        missing: [BenchFailure] = []
    ) {
        self.machine = machine
        self.command = command
        self.settings = settings
        self.cases = cases
        self.missing = missing
    }

    /// Everything that has no figures.
    public var failures: [BenchFailure] { missing + cases.flatMap(\.failures) }

    /// Whether everything that was asked for has figures.
    public var isComplete: Bool { failures.isEmpty && cases.allSatisfy { !$0.rows.isEmpty } }

    /// What makes the figures less sure than they look; without those of single cases.
    public var warnings: [String] { settings.isCounted ? [] : [machine.warning].compactMap(\.self) }
}
