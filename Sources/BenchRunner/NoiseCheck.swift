/// Finds where noise hides the answer.
enum NoiseCheck {
    /// One line for each figure that says less than it seems to; phases are not looked at, only what they add up to.
    static func warnings(_ result: BenchCase, _ settings: BenchSettings) -> [String] {
        guard !settings.isCounted, !result.rows.isEmpty else { return [] }
        var lines: [String] = []
        if result.rounds < RatioEstimate.sufficientRounds, result.variants.count > 1 {
            lines.append(
                "\(result.rounds) rounds: the intervals are narrower than 95 %, which takes "
                    + "\(RatioEstimate.sufficientRounds) rounds (give more time, or --rounds)"
            )
        }
        for row in result.rows where row.phase == BenchMeasurement.total {
            let name = "\(row.metric), \(row.variant.name)"
            if let ratio = row.ratio, ratio.isUndecided {
                let interval = "\(Figure.ratio(ratio.lower)) to \(Figure.ratio(ratio.upper))"
                lines.append("\(name): \(interval) times \(result.baseline ?? ""): no difference is shown")
            }
            if row.summary.spread > settings.noisySpread {
                lines.append("\(name): noisy, the middle half spreads over \(Figure.percent(row.summary.spread))")
            }
        }
        return lines
    }
}
