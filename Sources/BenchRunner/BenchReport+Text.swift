extension BenchReport {
    /// The tables for people: each case by itself, and an overview by size of what several cases have in common.
    public var table: String {
        var lines = [machine.text]
        if settings.isCounted { lines.append("all figures are instructions, counted by the guest's clock") }
        for result in cases where !result.rows.isEmpty {
            lines += ["", heading(result)] + figures(result) + phases(result)
            lines += result.warnings.map { "  note: \($0)" }
        }
        lines += overviews()
        let notes = warnings.map { "note: \($0)" } + failures.map { "left out: \($0)" }
        return (lines + (notes.isEmpty ? [] : [""] + notes)).joined(separator: "\n")
    }

    private func heading(_ result: BenchCase) -> String {
        let rounds = "\(result.rounds) round\(result.rounds == 1 ? "" : "s")"
        let size = result.size.isEmpty ? "" : " \(result.size),"
        return "\(result.scenario):\(size) \(rounds). \(result.question)"
    }

    private func text(_ value: Double, _ unit: BenchUnit = .time) -> String {
        Figure.text(value, unit, isCounted: settings.isCounted)
    }

    private func figures(_ result: BenchCase) -> [String] {
        let against = "x \(result.baseline ?? "")"
        var columns: [(head: String, side: TextTable.Side)] = [
            ("  ", .left), ("", .left), ("median", .right), (against, .right),
        ]
        if !settings.isCounted {
            columns += [
                ("95 %", .left), ("p99", .right), ("least", .right), ("spread", .right), ("cpu", .right),
            ]
        }
        var table = TextTable(columns)
        for metric in result.metrics {
            let rows = result.rows.filter { $0.metric == metric && $0.phase == BenchMeasurement.total }
            for (index, row) in rows.enumerated() {
                table.add(cells(row, label: index == 0 ? "  " + metric : ""))
            }
        }
        return table.text
    }

    private func cells(_ row: BenchRow, label: String) -> [String] {
        let ratio = row.ratio.map { Figure.ratio($0.ratio) } ?? "1"
        let cells = [label, row.variant.name, text(row.summary.median, row.unit), ratio]
        if settings.isCounted { return cells }
        return cells + [
            row.ratio.map { "\(Figure.ratio($0.lower)) to \(Figure.ratio($0.upper))" } ?? "",
            text(row.summary.p99, row.unit), text(row.summary.minimum, row.unit), Figure.percent(row.summary.spread),
            row.processorTime.map { text($0) } ?? "-",
        ]
    }

    /// The medians of the phases, where a metric has any.
    private func phases(_ result: BenchCase) -> [String] {
        result.metrics.flatMap { metric -> [String] in
            let phases = result.phases(of: metric).filter { $0 != BenchMeasurement.total }
            guard !phases.isEmpty else { return [] }
            var table = TextTable([("  \(metric), by phase", .left)] + phases.map { ($0, .right) })
            for variant in result.variants {
                let medians = phases.map { phase in
                    result.row(metric, variant.name, phase: phase).map { text($0.summary.median, $0.unit) } ?? "-"
                }
                table.add(["  " + variant.name] + medians)
            }
            return table.text
        }
    }
}
