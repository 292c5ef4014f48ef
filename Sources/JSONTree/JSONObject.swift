/// A JSON object: its members in the order in which they were written.
///
/// Equality and hashing ignore the order. Small objects are searched linearly, which beats hashing for the handful of
/// keys that most have; large ones (labels, big annotations, lists keyed by name) keep an index.
public struct JSONObject: Sendable {
    /// One key with its value.
    public typealias Element = (key: String, value: JSONValue)

    /// Above this count an index is kept.
    static let linearLimit = 16

    private var members: [Element]
    private var index: [String: Int]?

    /// Makes an empty object.
    public init() {
        members = []
    }

    /// Makes an object of some members; of several with one key the last wins, at the place of the first.
    public init(_ members: some Sequence<(String, JSONValue)>) {
        self.init()
        for (key, value) in members { self[key] = value }
    }

    /// Makes an object of members as the parser collected them, in one go.
    init(parsed: [Element]) {
        guard parsed.count > Self.linearLimit || Self.hasDuplicate(parsed) else {
            members = parsed
            return
        }
        members = []
        members.reserveCapacity(parsed.count)
        for member in parsed { self[member.key] = member.value }
    }

    private static func hasDuplicate(_ members: [Element]) -> Bool {
        for later in members.indices.dropFirst() {
            for earlier in 0..<later where members[earlier].key == members[later].key { return true }
        }
        return false
    }

    /// The place of a key among the members.
    private func place(of key: String) -> Int? {
        if let index { return index[key] }
        for place in members.indices where members[place].key == key { return place }
        return nil
    }

    /// The value of a key; nil when the object has no such key.
    ///
    /// Setting a present key keeps its place, a new key goes to the end, and setting nil removes the key.
    public subscript(key: String) -> JSONValue? {
        get {
            guard let place = place(of: key) else { return nil }
            return members[place].value
        }
        set {
            guard let newValue else {
                removeValue(forKey: key)
                return
            }
            if let place = place(of: key) {
                members[place].value = newValue
            } else {
                append(key: key, value: newValue)
            }
        }
    }

    private mutating func append(key: String, value: JSONValue) {
        members.append((key, value))
        if index != nil {
            index?[key] = members.count - 1
        } else if members.count > Self.linearLimit {
            rebuildIndex()
        }
    }

    private mutating func rebuildIndex() {
        guard members.count > Self.linearLimit else {
            index = nil
            return
        }
        var index: [String: Int] = [:]
        index.reserveCapacity(members.count)
        for place in members.indices { index[members[place].key] = place }
        self.index = index
    }

    /// Takes a key out, keeping the order of the others.
    /// - Returns: the value that it had, or nil.
    @discardableResult
    public mutating func removeValue(forKey key: String) -> JSONValue? {
        guard let place = place(of: key) else { return nil }
        let removed = members.remove(at: place).value
        if index != nil { rebuildIndex() }
        return removed
    }

    /// Takes out all members that a predicate chooses, keeping the order of the others.
    public mutating func removeAll(where shouldBeRemoved: (Element) throws -> Bool) rethrows {
        try members.removeAll(where: shouldBeRemoved)
        if index != nil { rebuildIndex() }
    }

    /// Changes the value of a key in place, without copying it; a missing key starts as null.
    public mutating func update<Result>(_ key: String, _ change: (inout JSONValue) -> Result) -> Result {
        guard let place = place(of: key) else {
            var value = JSONValue.null
            let result = change(&value)
            append(key: key, value: value)
            return result
        }
        return change(&members[place].value)
    }

    /// The keys, in order.
    public var keys: [String] { members.map(\.key) }

    /// Whether the object has a key, even with the value null.
    public func contains(key: String) -> Bool { place(of: key) != nil }
}

extension JSONObject: RandomAccessCollection {
    /// The place of the first member.
    public var startIndex: Int { 0 }
    /// One past the place of the last member.
    public var endIndex: Int { members.count }
    /// The member at a place.
    public subscript(position: Int) -> Element { members[position] }
}

extension JSONObject: Hashable {
    /// Whether two objects have the same keys with the same values, in any order.
    public static func == (left: JSONObject, right: JSONObject) -> Bool {
        guard left.members.count == right.members.count else { return false }
        for place in left.members.indices {
            let member = left.members[place]
            if right.members[place].key == member.key {
                guard right.members[place].value == member.value else { return false }
            } else {
                guard right[member.key] == member.value else { return false }
            }
        }
        return true
    }

    /// Hashes the members without regard to their order.
    public func hash(into hasher: inout Hasher) {
        var sum = 0
        for member in members {
            var each = Hasher()
            each.combine(member.key)
            each.combine(member.value)
            sum ^= each.finalize()
        }
        hasher.combine(members.count)
        hasher.combine(sum)
    }
}

extension JSONObject: ExpressibleByDictionaryLiteral {
    /// Makes an object of a dictionary literal, in its order.
    public init(dictionaryLiteral elements: (String, JSONValue)...) {
        self.init(elements)
    }
}
