import NFTables
import NFTablesInspect
import NetworkTypes

/// What the kernel has under our table's name, as far as it matters for taking it over.
struct PresentTable: Sendable {
    /// The table's comment, which names its layout.
    var comment: String?
    /// The rules of each chain, as ``text(of:)`` has them.
    var chains: [String: [String]] = [:]
    /// The elements of each set that is not a rule's own and not filled by packets.
    var sets: [String: [SetElement]] = [:]
    /// The highest endpoint number that a client is remembered with.
    var highestRememberedNumber: UInt32 = 0
    /// Which clients are remembered, each for the time that is left.
    var remembered: @Sendable () -> [SetElement] = { [] }

    /// What a rule is for the kernel; the numbers that it gives anonymous sets are left out.
    static func text(of rule: Rule) -> String {
        let expressions = rule.compiled().expressions.map(\.description)
        return normalized(expressions, comment: rule.comment)
    }

    /// Leaves out of an expression what the kernel adds by itself: numbers of anonymous sets, and what it takes for
    /// granted where nothing was said.
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

    private static func normalized(_ expressions: [String], comment: String?) -> String {
        let texts = expressions.map(normalized)
        return (texts + [comment ?? ""]).joined(separator: "; ")
    }
}

extension PresentTable {
    /// Takes a table as libnftnl reads it.
    init(_ table: InspectedTable) {
        comment = table.comment
        for chain in table.chains {
            chains[chain.name] = chain.rules.map { Self.normalized($0.expressions, comment: $0.comment) }
        }
        for set in table.sets where !set.isAnonymous {
            guard !set.isDynamic else {
                highestRememberedNumber = set.elements.compactMap(\.number).max() ?? 0
                sets[set.name] = []
                remembered = { set.elements.compactMap { SetElement(remembered: $0) } }
                continue
            }
            sets[set.name] = set.elements.map { SetElement($0) }
        }
    }
}

extension InspectedElement {
    /// The number that a map has for the key.
    fileprivate var number: UInt32? {
        guard case .data(let bytes) = value else { return nil }
        return ElementValue(bytes: bytes).number
    }
}

extension SetElement {
    /// Nil for what is about to go.
    fileprivate init?(remembered element: InspectedElement) {
        guard let left = element.expiration, left > 0 else { return nil }
        self.init(element)
        timeout = left
    }

    fileprivate init(_ element: InspectedElement) {
        let data: ElementData =
            switch element.value {
            case .data(let bytes): .value(ElementValue(bytes: bytes))
            case .verdict(let text): .verdict(Verdict(text))
            case nil: .none
            }
        if let end = element.keyEnd {
            self.init(
                ElementValue(bytes: element.key),
                through: ElementValue(bytes: end),
                data: data,
                comment: element.comment
            )
        } else {
            self.init(ElementValue(bytes: element.key), data: data, comment: element.comment)
        }
    }
}

extension Verdict {
    /// Reads what the layout has in its verdict maps: "goto n2".
    fileprivate init(_ text: String) {
        let words = text.split(separator: " ")
        switch (words.first, words.last) {
        case ("goto", let chain?) where words.count == 2: self = .goto(String(chain))
        case ("jump", let chain?) where words.count == 2: self = .jump(String(chain))
        case ("accept", _): self = .accept
        case ("drop", _): self = .drop
        default: self = .continue
        }
    }
}
