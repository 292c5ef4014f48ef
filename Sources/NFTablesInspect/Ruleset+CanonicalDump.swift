import NFTables

extension Ruleset {
    /// The whole content as text that is equal for equal rulesets: sorted, without handles, counters, expiries and
    /// what traffic added; anonymous sets stand where they are used.
    public var canonicalDump: String {
        tables.sorted { ($0.family.rawValue, $0.name) < ($1.family.rawValue, $1.name) }
            .map(\.canonicalDump).joined(separator: "\n")
    }
}

extension InspectedTable {
    /// As ``Ruleset/canonicalDump``, of one table.
    public var canonicalDump: String {
        var lines = ["table \(family) \(name)" + commentSuffix(comment)]
        for set in sets.filter({ !$0.isAnonymous }).sorted(by: { $0.name < $1.name }) {
            lines.append("  \(set.declaration) \(set.name)")
            if !set.isDynamic { lines += set.elements.map { "    \($0.canonicalText)" }.sorted() }
        }
        for chain in chains.sorted(by: { $0.name < $1.name }) {
            lines.append("  chain \(chain.name)" + chain.hookSuffix)
            for rule in chain.rules { lines.append("    \(text(of: rule))") }
        }
        return lines.joined(separator: "\n")
    }

    /// A rule's expressions with its anonymous sets written out; their kernel-given names mean nothing.
    private func text(of rule: InspectedRule) -> String {
        let expressions = rule.expressions.map { expression -> String in
            guard let word = expression.split(separator: " ").first(where: { $0.hasPrefix("__") }),
                let set = set(String(word))
            else { return expression }
            let content = set.elements.map(\.canonicalText).sorted().joined(separator: ", ")
            return expression.split(separator: " ").map { $0 == word ? "{ \(content) }" : String($0) }
                .joined(separator: " ")
        }
        return expressions.map { "[ \($0) ]" }.joined(separator: " ") + commentSuffix(rule.comment)
    }
}

extension InspectedSet {
    fileprivate var declaration: String {
        let types = dataType == 0 ? "type \(keyType)" : "type \(keyType) : \(dataType)"
        return "\(dataType == 0 ? "set" : "map") \(types) flags \(flags)"
    }
}

extension InspectedChain {
    fileprivate var hookSuffix: String {
        guard let hook else { return "" }
        return " type \(hook.type) hook \(hook.number) priority \(hook.priority) policy \(hook.policy)"
    }
}

extension InspectedElement {
    var canonicalText: String {
        var text = hex(key)
        if let keyEnd { text += "-" + hex(keyEnd) }
        switch value {
        case .data(let bytes): text += " : " + hex(bytes)
        case .verdict(let verdict): text += " : " + verdict
        case nil: break
        }
        if flags != 0 { text += " flags \(flags)" }
        return text + commentSuffix(comment)
    }
}

private func commentSuffix(_ comment: String?) -> String { comment.map { " comment \"\($0)\"" } ?? "" }

private func hex(_ bytes: [UInt8]) -> String {
    let digits = Array("0123456789abcdef".utf8)
    return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
}
