public import NFTables

extension Rule {
    /// What the rule is for the kernel, in the words of ``InspectedRule/comparableText``.
    public var comparableText: String {
        InspectedRule.comparableText(compiled().expressions.map(\.description), comment: comment)
    }
}

extension InspectedRule {
    /// What the rule is, without what the kernel adds by itself: equal for a rule that was written and the same rule
    /// when it is read back.
    ///
    /// The content of anonymous sets is not in it.
    public var comparableText: String { Self.comparableText(expressions, comment: comment) }

    fileprivate static func comparableText(_ expressions: [String], comment: String?) -> String {
        (expressions.map(normalized) + [comment ?? ""]).joined(separator: "; ")
    }

    /// Leaves out the numbers of anonymous sets, and what the kernel takes for granted where nothing was said.
    private static func normalized(_ expression: String) -> String {
        var words = expression.split(separator: " ").map { word in
            word.hasPrefix("__set") ? "__set" : word.hasPrefix("__map") ? "__map" : String(word)
        }
        switch words.first {
        case "lookup":
            if words.last == "0x0" { words.removeLast() }
        case "dynset":
            if words.suffix(2) == ["timeout", "0ms"] { words.removeLast(2) }
        case "nat":
            for (name, count) in [("addr_max", 3), ("proto_max", 3), ("flags", 2)] {
                guard let index = words.firstIndex(of: name), index + count <= words.count else { continue }
                words.removeSubrange(index..<(index + count))
            }
        default: break
        }
        return words.joined(separator: " ")
    }
}
