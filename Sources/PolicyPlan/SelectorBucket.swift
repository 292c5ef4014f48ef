import ClusterModel

/// The selectors that may select pods of one namespace, found by a label that they ask for.
struct SelectorBucket {
    private var byLabel: [String: [String: Set<Int>]] = [:]
    private var rest: Set<Int> = []

    mutating func insert(_ number: Int, _ selector: PeerSelector) {
        guard let (key, values) = Self.requirement(of: selector) else {
            rest.insert(number)
            return
        }
        for value in values { byLabel[key, default: [:]][value, default: []].insert(number) }
    }

    mutating func remove(_ number: Int, _ selector: PeerSelector) {
        guard let (key, values) = Self.requirement(of: selector) else {
            rest.remove(number)
            return
        }
        for value in values {
            byLabel[key]?[value]?.remove(number)
            if byLabel[key]?[value]?.isEmpty == true { byLabel[key]?[value] = nil }
        }
        if byLabel[key]?.isEmpty == true { byLabel[key] = nil }
    }

    /// Those that may select a pod with these labels, and few others.
    func candidates(_ labels: [String: String]) -> Set<Int> {
        var found = rest
        if byLabel.isEmpty { return found }
        for (key, value) in labels {
            if let numbers = byLabel[key]?[value] { found.formUnion(numbers) }
        }
        return found
    }

    private static func requirement(of selector: PeerSelector) -> (key: String, values: [String])? {
        selector.pods.expressions.first { $0.operator == .in }.map { ($0.key, $0.values) }
    }
}
