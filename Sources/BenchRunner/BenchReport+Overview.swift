extension BenchReport {
    /// For each metric of a scenario that ran at several sizes: the medians by size, one column for each mode.
    func overviews() -> [String] {
        var names: [String] = []
        for result in cases where !names.contains(result.scenario) { names.append(result.scenario) }
        return names.flatMap { name -> [String] in
            let results = cases.filter { $0.scenario == name && !$0.rows.isEmpty }
            guard results.count > 1, let first = results.first else { return [] }
            return first.metrics.flatMap { overview($0, results) }
        }
    }

    private func overview(_ metric: String, _ results: [BenchCase]) -> [String] {
        let rows = results.flatMap { result in
            result.rows.filter { $0.metric == metric && $0.phase == BenchMeasurement.total }
        }
        var columns: [String] = []
        var parts: [String] = []
        for variant in rows.map(\.variant) {
            if !columns.contains(variant.column) { columns.append(variant.column) }
            if !variant.part.isEmpty, !parts.contains(variant.part) { parts.append(variant.part) }
        }
        let title = "\(results[0].scenario): \(metric), medians"
        var table = TextTable([(title, .left)] + columns.map { ($0, .right) })
        for result in results {
            for part in parts.isEmpty ? [""] : parts {
                let medians = columns.map { median(result, metric, column: $0, part: part) }
                table.add(["  " + result.size + (part.isEmpty ? "" : ", \(part)")] + medians)
            }
        }
        return [""] + table.text
    }

    /// A variant without parts, such as the direct way, stands in every line.
    private func median(_ result: BenchCase, _ metric: String, column: String, part: String) -> String {
        let row = result.rows.first { row in
            row.metric == metric && row.phase == BenchMeasurement.total && row.variant.column == column
                && (row.variant.part == part || row.variant.part.isEmpty)
        }
        return row.map { Figure.text($0.summary.median, $0.unit, isCounted: settings.isCounted) } ?? "-"
    }
}
