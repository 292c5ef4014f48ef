import BenchRunner
import LinuxSystem
import ServiceProxy

/// What the phases of some like operations took.
struct PhaseTimes {
    /// One operation, in nanoseconds.
    struct Part {
        var decode = 0.0
        var plan = 0.0
        var diff = 0.0
        var encode = 0.0
        var kernel = 0.0
        var total = 0.0

        mutating func take(_ phases: ProxyPhases) {
            diff = phases.diff / .nanoseconds(1)
            encode = phases.encode / .nanoseconds(1)
            kernel = phases.kernel / .nanoseconds(1)
        }
    }

    private var parts: [Part] = []
    private var processorTime = 0.0

    /// Measures an operation, which notes its phases.
    mutating func record(_ operation: (inout Part) throws -> Void) throws {
        var part = Part()
        let before = BenchClock.processorTime
        let start = MonotonicTime.now.nanoseconds
        try operation(&part)
        part.total = Double(MonotonicTime.now.nanoseconds - start)
        processorTime += Double(BenchClock.processorTime - before)
        parts.append(part)
    }

    /// The whole alone.
    func total(_ metric: String) -> BenchMeasurement {
        BenchMeasurement(metric, parts.map(\.total), processorTime: processorTime / Double(max(parts.count, 1)))
    }

    func measurements(_ metric: String) -> [BenchMeasurement] {
        let phases: [(String, (Part) -> Double)] = [
            ("decode", \.decode), ("plan", \.plan), ("diff", \.diff), ("encode", \.encode), ("kernel", \.kernel),
        ]
        return [total(metric)] + phases.map { BenchMeasurement(metric, phase: $0.0, parts.map($0.1)) }
    }
}
