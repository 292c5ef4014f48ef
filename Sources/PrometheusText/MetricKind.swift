/// The kinds of the text format that Weft uses, with the words of the `# TYPE` line.
enum MetricKind: String, Sendable {
    case counter, gauge, histogram
}

/// One series' identity inside a family: its labels, sorted by name.
struct LabelSet: Hashable, Comparable, Sendable {
    let pairs: [Pair]

    struct Pair: Hashable, Sendable {
        let name: String
        let value: String
    }

    /// Later duplicates of a label name win, as in swift-metrics' other backends.
    init(_ dimensions: [(String, String)]) {
        var values: [String: String] = [:]
        for (name, value) in dimensions { values[MetricName.sanitizedLabel(name)] = value }
        pairs = values.map { Pair(name: $0.key, value: $0.value) }.sorted { $0.name < $1.name }
    }

    static func < (left: LabelSet, right: LabelSet) -> Bool {
        for (one, other) in zip(left.pairs, right.pairs) {
            if one.name != other.name { return one.name < other.name }
            if one.value != other.value { return one.value < other.value }
        }
        return left.pairs.count < right.pairs.count
    }
}

/// Names that the text format allows: <https://prometheus.io/docs/concepts/data_model/>.
enum MetricName {
    /// Every character outside `[a-zA-Z0-9_:]` becomes `_`, and a leading digit gets one before it.
    static func sanitized(_ name: String) -> String { sanitized(name, colonAllowed: true) }

    /// As ``sanitized(_:)``, but a label's name may hold no colon.
    static func sanitizedLabel(_ name: String) -> String { sanitized(name, colonAllowed: false) }

    private static func sanitized(_ name: String, colonAllowed: Bool) -> String {
        var result = ""
        for character in name.unicodeScalars {
            switch character {
            case "a"..."z", "A"..."Z", "_": result.unicodeScalars.append(character)
            case ":" where colonAllowed: result.unicodeScalars.append(character)
            case "0"..."9":
                if result.isEmpty { result.append("_") }
                result.unicodeScalars.append(character)
            default: result.append("_")
            }
        }
        return result.isEmpty ? "_" : result
    }
}
