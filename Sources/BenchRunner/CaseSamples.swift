/// What the rounds of one case have measured so far.
struct CaseSamples {
    struct Key: Hashable {
        var metric: String
        var phase: String
    }

    private struct Series {
        var unit = BenchUnit.time
        var rounds: [[Double]] = []
        var processorTimes: [Double] = []
    }

    /// In the order in which they first came.
    private var keys: [Key] = []
    private var series: [String: [Key: Series]] = [:]

    mutating func add(_ measurements: [BenchMeasurement], of variant: BenchVariant) {
        for measurement in measurements {
            let key = Key(metric: measurement.metric, phase: measurement.phase)
            if !keys.contains(key) { keys.append(key) }
            series[variant.name, default: [:]][key, default: Series(unit: measurement.unit)].rounds
                .append(measurement.values)
            if let time = measurement.processorTime {
                series[variant.name]?[key]?.processorTimes.append(time)
            }
        }
    }

    mutating func forget(_ variant: BenchVariant) { series[variant.name] = nil }

    /// The rows, by metric and phase and in each by variant.
    func rows(_ variants: [BenchVariant], baseline: String?) -> [BenchRow] {
        keys.flatMap { key in variants.compactMap { row(key, $0, baseline: baseline) } }
    }

    private func row(_ key: Key, _ variant: BenchVariant, baseline: String?) -> BenchRow? {
        guard let mine = series[variant.name]?[key], let summary = SampleSummary(mine.rounds.flatMap(\.self)) else {
            return nil
        }
        let reference = variant.name == baseline ? nil : baseline.flatMap { series[$0]?[key]?.rounds }
        return BenchRow(
            metric: key.metric,
            phase: key.phase,
            variant: variant,
            summary: summary,
            unit: mine.unit,
            processorTime: mine.processorTimes.isEmpty ? nil : SampleSummary.median(mine.processorTimes),
            ratio: reference.flatMap { RatioEstimate(mine.rounds, to: $0) }
        )
    }
}
