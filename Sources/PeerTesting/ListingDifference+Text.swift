public import JSONTree

extension ListingDifference {
    /// How many chains the text tells, and how many lines of each; the JSON has all.
    private static let (sectionLimit, lineLimit) = (200, 60)
    /// How many lines that stay are told around one that doesn't.
    private static let context = 2

    /// For people: a unified diff, chain by chain.
    public var text: String {
        var lines = ["--- \(title(first))", "+++ \(title(second))"]
        for section in sections.prefix(Self.sectionLimit) { lines += Self.text(of: section) }
        let rest = sections.count - Self.sectionLimit
        if rest > 0 { lines.append("... and \(rest) more that differ; -o json has all") }
        let differing = sections.isEmpty ? "none differs" : "\(sections.count) differ"
        lines.append("\(alikeCount) chains are alike, \(differing)")
        return lines.joined(separator: "\n")
    }

    private func title(_ listing: RuleListing) -> String {
        "\(listing.owner)  (\(listing.lineCount) lines in \(listing.sections.count) chains)"
    }

    private static func text(of section: Section) -> [String] {
        let note =
            switch section.kind {
            case .removed: ": only before"
            case .added: ": only after"
            case .changed: ""
            case .reordered: ": the same lines in another order"
            }
        var lines = ["@@ \(section.heading)\(note) @@"]
        var shown = 0
        var isGap = false
        for (index, line) in section.lines.enumerated() {
            guard shown < lineLimit else {
                lines.append("... and \(section.lines.count - index) more lines")
                break
            }
            let around = section.lines[max(0, index - context)...min(section.lines.count - 1, index + context)]
            guard around.contains(where: \.isChange) else {
                isGap = true
                continue
            }
            if isGap { lines.append("...") }
            isGap = false
            lines.append(line.text)
            shown += 1
        }
        return lines
    }

    /// Several for programs, as the text of one array.
    public static func text(json differences: [(about: String, difference: ListingDifference)]) -> String {
        let answers: [JSONValue] = differences.map { ["about": .string($0.about), "difference": $0.difference.json] }
        return "\(JSONValue.array(answers))"
    }

    /// For programs: everything.
    public var json: JSONValue {
        func side(_ listing: RuleListing) -> JSONValue {
            [
                "program": .string(listing.owner), "chains": JSONValue(listing.sections.count),
                "lines": JSONValue(listing.lineCount),
            ]
        }
        return [
            "before": side(first), "after": side(second), "alike": JSONValue(alikeCount),
            "differing": .array(
                sections.map { section in
                    [
                        "chain": .string(section.heading), "kind": .string(section.kind.rawValue),
                        "lines": .array(
                            section.lines.filter(\.isChange).map { line in
                                ["change": .string(line.mark), "rule": .string(line.rule)]
                            }
                        ),
                    ]
                }
            ),
        ]
    }
}

extension ListingDifference.Line {
    fileprivate var rule: String {
        switch self {
        case .removed(let rule), .added(let rule), .common(let rule): rule
        }
    }

    fileprivate var mark: String {
        switch self {
        case .removed: "-"
        case .added: "+"
        case .common: " "
        }
    }

    fileprivate var text: String { mark + rule }

    fileprivate var isChange: Bool {
        if case .common = self { false } else { true }
    }
}
