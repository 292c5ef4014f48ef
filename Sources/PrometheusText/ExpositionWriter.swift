/// Writes the text format, version 0.0.4: <https://prometheus.io/docs/instrumenting/exposition_formats/>.
struct ExpositionWriter {
    private(set) var text = ""

    mutating func header(_ name: String, kind: MetricKind, help: String?) {
        if let help { text += "# HELP \(name) \(Self.escaped(help, quotes: false))\n" }
        text += "# TYPE \(name) \(kind.rawValue)\n"
    }

    mutating func cell(_ name: String, _ labels: LabelSet, _ cell: MetricCell) {
        switch cell {
        case .counter(let counter): sample(name, labels, value: counter.current)
        case .gauge(let gauge): sample(name, labels, value: gauge.current)
        case .histogram(let histogram): buckets(name, labels, bounds: histogram.bounds, histogram.current)
        }
    }

    /// Samples that are read at the moment of rendering, one `# TYPE` line per name.
    mutating func samples(_ samples: [MetricSample]) {
        var previous: String?
        for sample in samples.sorted(by: { ($0.name, $0.labels) < ($1.name, $1.labels) }) {
            if sample.name != previous { header(sample.name, kind: sample.kind, help: sample.help) }
            previous = sample.name
            self.sample(sample.name, sample.labels, value: sample.value)
        }
    }

    private mutating func buckets(
        _ name: String,
        _ labels: LabelSet,
        bounds: [Double],
        _ snapshot: HistogramCell.Snapshot
    ) {
        var cumulated: UInt64 = 0
        for (bound, count) in zip(bounds + [.infinity], snapshot.counts) {
            cumulated &+= count
            text += "\(name)_bucket\(Self.rendered(labels, and: Self.number(bound))) \(cumulated)\n"
        }
        sample("\(name)_sum", labels, value: snapshot.sum)
        text += "\(name)_count\(Self.rendered(labels)) \(cumulated)\n"
    }

    private mutating func sample(_ name: String, _ labels: LabelSet, value: Double) {
        text += "\(name)\(Self.rendered(labels)) \(Self.number(value))\n"
    }

    private static func rendered(_ labels: LabelSet, and upperBound: String? = nil) -> String {
        var parts = labels.pairs.map { "\($0.name)=\"\(escaped($0.value, quotes: true))\"" }
        if let upperBound { parts.append("le=\"\(upperBound)\"") }
        return parts.isEmpty ? "" : "{" + parts.joined(separator: ",") + "}"
    }

    /// Backslash and line feed are escaped everywhere, the quotation mark in label values only.
    static func escaped(_ value: String, quotes: Bool) -> String {
        var result = ""
        for character in value.unicodeScalars {
            switch character {
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\"" where quotes: result += "\\\""
            default: result.unicodeScalars.append(character)
            }
        }
        return result
    }

    /// As Go's `strconv.FormatFloat(value, 'g', -1, 64)` does for the values that occur: whole numbers have no fraction.
    static func number(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
        if let whole = Int64(exactly: value), abs(value) < 1e15 { return String(whole) }
        return value.description
    }
}
