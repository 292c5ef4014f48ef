extension LabelSelector {
    /// Reads the form that queries have: `app=web,tier!=db,zone in (a,b),!canary`.
    /// - Throws: ``ModelError`` when it can't be read.
    public init(query: String) throws(ModelError) {
        var parser = LabelQueryParser(query)
        self.init(try parser.requirements())
    }
}

/// Reads label selectors as queries write them.
private struct LabelQueryParser {
    private enum Token: Hashable {
        case word(String), comma, open, close, equals, notEquals, not, end

        var text: String {
            switch self {
            case .word(let word): word
            case .comma: ","
            case .open: "("
            case .close: ")"
            case .equals: "="
            case .notEquals: "!="
            case .not: "!"
            case .end: ""
            }
        }
    }

    private let query: String
    private var tokens: [Token]
    private var position = 0

    init(_ query: String) {
        self.query = query
        tokens = Self.split(query)
    }

    private static func split(_ query: String) -> [Token] {
        var tokens: [Token] = []
        var rest = Substring(query)
        while let first = rest.first {
            switch first {
            case " ", "\t", "\n", "\r": rest.removeFirst()
            case ",", "(", ")":
                tokens.append(first == "," ? .comma : first == "(" ? .open : .close)
                rest.removeFirst()
            case "=":
                tokens.append(.equals)
                rest = rest.hasPrefix("==") ? rest.dropFirst(2) : rest.dropFirst()
            case "!":
                tokens.append(rest.hasPrefix("!=") ? .notEquals : .not)
                rest = rest.hasPrefix("!=") ? rest.dropFirst(2) : rest.dropFirst()
            default:
                let word = rest.prefix { !" \t\n\r,()=!".contains($0) }
                tokens.append(.word(String(word)))
                rest = rest.dropFirst(word.count)
            }
        }
        return tokens
    }

    private mutating func next() -> Token {
        guard position < tokens.count else { return .end }
        position += 1
        return tokens[position - 1]
    }

    private var upcoming: Token { position < tokens.count ? tokens[position] : .end }

    mutating func requirements() throws(ModelError) -> [LabelSelectorExpression] {
        var result: [LabelSelectorExpression] = []
        guard upcoming != .end else { return [] }
        while true {
            result.append(try requirement())
            let token = next()
            if token == .end { return result }
            guard token == .comma else { throw fault("found '\(token.text)', expected: ',' or 'end of string'") }
            // As the API server: one comma at the end is passed over.
            if upcoming == .end { return result }
        }
    }

    private mutating func requirement() throws(ModelError) -> LabelSelectorExpression {
        if upcoming == .not {
            _ = next()
            return LabelSelectorExpression(key: try key(), operator: .doesNotExist)
        }
        let key = try key()
        switch upcoming {
        case .comma, .end: return LabelSelectorExpression(key: key, operator: .exists)
        case .equals, .notEquals:
            let isEqual = next() == .equals
            return LabelSelectorExpression(key: key, operator: isEqual ? .in : .notIn, values: [try value()])
        case .word("in"), .word("notin"):
            let isIn = next() == .word("in")
            return LabelSelectorExpression(key: key, operator: isIn ? .in : .notIn, values: try values())
        default: throw fault("found '\(upcoming.text)', expected: in, notin, =, ==, !=")
        }
    }

    private mutating func key() throws(ModelError) -> String {
        guard case .word(let key) = next() else { throw fault("found '\(previous.text)', expected: identifier") }
        if let problem = NameRules.qualifiedName(key).first {
            throw fault("key: Invalid value: \"\(key)\": \(problem)")
        }
        return key
    }

    /// The value after `=`; nothing there means the empty value.
    private mutating func value() throws(ModelError) -> String {
        guard upcoming != .comma, upcoming != .end else { return "" }
        guard case .word(let value) = next() else { throw fault("found '\(previous.text)', expected: identifier") }
        return try checked(value)
    }

    private mutating func values() throws(ModelError) -> [String] {
        guard next() == .open else { throw fault("found '\(previous.text)', expected: '('") }
        var result: [String] = []
        var wantsValue = true
        while true {
            switch next() {
            case .word(let value) where wantsValue:
                result.append(try checked(value))
                wantsValue = false
            case .comma:
                if wantsValue { result.append("") }
                wantsValue = true
            case .close:
                if wantsValue { result.append("") }
                return result
            default: throw fault("found '\(previous.text)', expected: ',', ')' or identifier")
            }
        }
    }

    private func checked(_ value: String) throws(ModelError) -> String {
        if let problem = NameRules.labelValue(value).first {
            throw fault("values: Invalid value: \"\(value)\": \(problem)")
        }
        return value
    }

    private var previous: Token { position > 0 && position <= tokens.count ? tokens[position - 1] : .end }

    private func fault(_ text: String) -> ModelError {
        ModelError(.invalidSelector, object: query, text: "unable to parse requirement: \(text)")
    }
}
