extension Transaction: CustomStringConvertible {
    /// The transaction as a script that `nft -f` reads, one command a line.
    ///
    /// What nft 1.0.6 has no command for reads differently: destroying a table, chain or set is adding and deleting
    /// it, and xt matches and targets have no text that can be loaded.
    public var script: String { operations.map { $0.script + "\n" }.joined() }

    /// The transaction as a script that `nft -f` reads.
    public var description: String { script }
}

extension Operation {
    /// The operation as nft's command or commands.
    public var script: String {
        switch object {
        case .table(let table): declarationScript("table", "\(table)", table.script)
        case .chain(let chain): declarationScript("chain", "\(chain)", chain.script)
        case .set(let set): declarationScript(set.word, "\(set)", set.script)
        case .rule(let rule): ruleScript(rule)
        case .elements(let elements, let set): elementScript(elements, set)
        }
    }

    private func declarationScript(_ word: String, _ name: String, _ body: String) -> String {
        switch verb {
        case .destroy: "add \(word) \(name)\(body)\ndelete \(word) \(name)"
        case .delete, .flush: "\(verb) \(word) \(name)"
        case .add, .create, .insert, .replace: "\(verb) \(word) \(name)\(body)"
        }
    }

    private func ruleScript(_ rule: Rule) -> String {
        let place = "\(rule.table) \(rule.chain)"
        let handle = rule.handle.map { " handle \($0)" } ?? ""
        let position = rule.position.map { " handle \($0)" } ?? ""
        switch verb {
        case .delete, .destroy, .flush: return "\(verb) rule \(place)\(handle)"
        case .replace: return "replace rule \(place)\(handle) \(rule.text)"
        case .add, .create, .insert: return "\(verb) rule \(place)\(position) \(rule.text)"
        }
    }

    private func elementScript(_ elements: [SetElement], _ set: NamedSet) -> String {
        let isAdding = verb == .add || verb == .create
        let texts = elements.map { element in
            isAdding ? element.text(key: set.key, content: set.content) : element.keyText(set.key)
        }
        return "\(verb) element \(set) { \(texts.joined(separator: ",\n\t")) }"
    }
}

extension Table {
    /// The braces behind the table's name, with what is not the default.
    var script: String {
        let parts = [isDormant ? "flags dormant;" : nil, comment.map { "comment \"\(commentText($0))\";" }]
        return bodyScript(parts.compactMap { $0 })
    }
}

extension Chain {
    /// The braces behind the chain's name.
    var script: String {
        var parts: [String] = []
        if let base {
            parts.append(
                "type \(base.kind.rawValue) hook \(base.hook) priority \(base.priority); policy \(base.policy);"
            )
        }
        if let comment { parts.append("comment \"\(commentText(comment))\";") }
        return bodyScript(parts)
    }
}

extension NamedSet {
    /// The braces behind the set's name.
    var script: String {
        var parts: [String] = []
        switch content {
        case .nothing: parts.append("type \(key);")
        case .value(let type): parts.append("type \(key) : \(type);")
        case .verdict: parts.append("type \(key) : verdict;")
        }
        if let size { parts.append("size \(size);") }
        let words: [(Flags, String)] = [
            (.constant, "constant"), (.interval, "interval"), (.dynamic, "dynamic"), (.timeout, "timeout"),
        ]
        let present = words.filter { flags.contains($0.0) }.map(\.1)
        if !present.isEmpty { parts.append("flags \(present.joined(separator: ","));") }
        if countsPackets { parts.append("counter;") }
        if let timeout { parts.append("timeout \(timeText(milliseconds: timeout));") }
        if let comment { parts.append("comment \"\(commentText(comment))\";") }
        return bodyScript(parts)
    }
}

private func bodyScript(_ parts: [String]) -> String { parts.isEmpty ? "" : " { \(parts.joined(separator: " ")) }" }
