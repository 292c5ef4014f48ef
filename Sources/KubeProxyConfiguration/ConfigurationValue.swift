import Yams

/// What is wrong with one value, to be said behind its place.
struct FieldProblem: Error {
    let text: String

    init(_ text: String) { self.text = text }
}

/// A value of a file, or of a command line.
struct ConfigurationValue {
    indirect enum Content {
        case null
        /// `isPlain`: without quotation marks, so that it may be a number or a truth value.
        case scalar(String, isPlain: Bool)
        /// What follows a flag: its text may be of any kind.
        case argument(String)
        case list([ConfigurationValue])
        case map([(name: String, value: ConfigurationValue)])
    }

    var content: Content
    /// Where it stands, from 1; nil: on a command line.
    var line: Int?

    init(_ content: Content, line: Int? = nil) {
        self.content = content
        self.line = line
    }

    init(_ node: Node) {
        line = node.mark?.line
        switch node {
        case .scalar(let scalar):
            let isPlain = scalar.style == .plain || scalar.style == .any
            let isNull = isPlain && ["", "~", "null", "Null", "NULL"].contains(scalar.string)
            content = isNull ? .null : .scalar(scalar.string, isPlain: isPlain)
        case .sequence(let nodes): content = .list(nodes.map { ConfigurationValue($0) })
        case .mapping(let pairs):
            content = .map(pairs.map { (name: $0.key.scalar?.string ?? "?", value: ConfigurationValue($0.value)) })
        case .alias: content = .scalar("an alias", isPlain: true)  // The composer resolves them.
        }
    }

    /// The value as it stands there, for messages.
    var shown: String {
        switch content {
        case .null: "null"
        case .scalar(let text, isPlain: true): text
        case .scalar(let text, isPlain: false), .argument(let text): "\"\(text)\""
        case .list: "a list"
        case .map: "a map"
        }
    }

    // MARK: kinds

    func text() throws(FieldProblem) -> String {
        switch content {
        case .argument(let text), .scalar(let text, isPlain: false): return text
        case .scalar(let text, isPlain: true):
            guard Double(text) == nil, Self.truth(text) == nil else {
                throw FieldProblem("\(text) is not a text; put it in quotation marks")
            }
            return text
        default: throw FieldProblem("\(shown) is not a text")
        }
    }

    func flag() throws(FieldProblem) -> Bool {
        switch content {
        case .scalar(let text, isPlain: true), .argument(let text):
            if let flag = Self.truth(text) { return flag }
        default: break
        }
        throw FieldProblem("\(shown) is neither true nor false")
    }

    func integer() throws(FieldProblem) -> Int {
        switch content {
        case .scalar(let text, isPlain: true), .argument(let text):
            // kube-proxy's fields have 32 bits.
            if let number = Int32(text) { return Int(number) }
        default: break
        }
        throw FieldProblem("\(shown) is not a whole number of 32 bits")
    }

    func number() throws(FieldProblem) -> Double {
        switch content {
        case .scalar(let text, isPlain: true), .argument(let text):
            if let number = Double(text), number.isFinite { return number }
        default: break
        }
        throw FieldProblem("\(shown) is not a number")
    }

    func duration() throws(FieldProblem) -> Duration {
        switch content {
        case .scalar(let text, _), .argument(let text):
            if let duration = GoDuration.parse(text) { return duration }
        default: break
        }
        throw FieldProblem("\(shown) is not a duration such as 30s, 1h30m or 500ms")
    }

    func list() throws(FieldProblem) -> [String] {
        switch content {
        case .argument(let text):
            return text.isEmpty ? [] : text.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        case .list(let values):
            var texts: [String] = []
            for value in values { texts.append(try value.text()) }
            return texts
        default: throw FieldProblem("\(shown) is not a list")
        }
    }

    func flags() throws(FieldProblem) -> [String: Bool] {
        var pairs: [(name: String, value: ConfigurationValue)] = []
        switch content {
        case .argument(let text):
            for part in text.split(separator: ",") {
                let sides = part.split(separator: "=", maxSplits: 1).map(String.init)
                guard sides.count == 2 else { throw FieldProblem("\"\(part)\" is not of the form Name=true") }
                pairs.append((name: sides[0], value: ConfigurationValue(.argument(sides[1]))))
            }
        case .map(let map): pairs = map
        default: throw FieldProblem("\(shown) is not a map")
        }
        var flags: [String: Bool] = [:]
        for (name, value) in pairs {
            do throws(FieldProblem) {
                flags[name] = try value.flag()
            } catch {
                throw FieldProblem("\(name): \(error.text)")
            }
        }
        return flags
    }

    /// As YAML 1.1 has it, and so kube-proxy.
    private static func truth(_ text: String) -> Bool? {
        switch text {
        case "true", "True", "TRUE", "yes", "Yes", "YES", "on", "On", "ON": true
        case "false", "False", "FALSE", "no", "No", "NO", "off", "Off", "OFF": false
        default: nil
        }
    }
}
