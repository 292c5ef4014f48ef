/// The answer of one scenario at one size.
public struct BenchCase: Sendable {
    /// The scenario's name.
    public let scenario: String
    /// What it asked.
    public let question: String
    /// At which size.
    public let parameters: [BenchParameter]
    /// The variants that have figures, in the scenario's order.
    public internal(set) var variants: [BenchVariant]
    /// The variant that the others are divided by; nil when none has figures.
    public internal(set) var baseline: String?
    /// How many rounds each variant had.
    public internal(set) var rounds: Int
    /// The figures: by metric and phase, and in each by variant.
    public internal(set) var rows: [BenchRow] = []
    /// What was left out, and why.
    public internal(set) var failures: [BenchFailure] = []
    /// Where noise hides the answer.
    public internal(set) var warnings: [String] = []

    /// The size in words: `1,000 services x 10 endpoints`.
    public var size: String {
        parameters.map { "\(Figure.grouped($0.value)) \($0.value == 1 ? $0.singular : $0.name)" }
            .joined(separator: " x ")
    }

    /// The metrics, in the order in which the scenario measured them.
    public var metrics: [String] { Self.unique(rows.map(\.metric)) }

    /// The phases of a metric, in the order in which the scenario measured them.
    public func phases(of metric: String) -> [String] { Self.unique(rows.filter { $0.metric == metric }.map(\.phase)) }

    /// The figures of a variant.
    public func row(_ metric: String, _ variant: String, phase: String = BenchMeasurement.total) -> BenchRow? {
        rows.first { $0.metric == metric && $0.variant.name == variant && $0.phase == phase }
    }

    private static func unique(_ names: [String]) -> [String] {
        var seen: Set<String> = []
        return names.filter { seen.insert($0).inserted }
    }
}

extension BenchParameter {
    /// `service` of `services`.
    fileprivate var singular: String { name.hasSuffix("s") ? String(name.dropLast()) : name }
}

/// The figures of one phase of one metric of one variant.
public struct BenchRow: Sendable {
    /// What was measured.
    public let metric: String
    /// Which part of it.
    public let phase: String
    /// Of whom.
    public let variant: BenchVariant
    /// All rounds' measurements together.
    public let summary: SampleSummary
    /// What the summary counts.
    public var unit = BenchUnit.time
    /// The processor time of one measurement in nanoseconds, the median of the rounds.
    public let processorTime: Double?
    /// How many times the baseline; nil for the baseline itself.
    public let ratio: RatioEstimate?
}

/// A variant that has no figures.
public struct BenchFailure: Hashable, Sendable, CustomStringConvertible {
    /// Which scenario and size; empty where it concerns all of them.
    public let place: String
    /// The variant's name.
    public let variant: String
    /// Why, and the way out.
    public let reason: String

    /// A variant that has no figures.
    public init(place: String = "", variant: String, reason: String) {
        self.place = place
        self.variant = variant
        self.reason = reason
    }

    /// One line: `program, 100 services: ipvs: the kernel has no ip_vs`.
    public var description: String {
        [place, variant, reason].filter { !$0.isEmpty }.joined(separator: ": ").split(separator: "\n")
            .joined(separator: "; ")
    }
}
