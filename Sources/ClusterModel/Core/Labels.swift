public import JSONTree

/// Labels or annotations: keys with texts, in the order in which they were written.
public struct Labels: Hashable, Sendable {
    /// The members; those that are no strings are passed over.
    public private(set) var object: JSONObject

    /// Makes empty labels.
    public init() { object = [:] }

    /// Takes the members of a JSON object as they are.
    public init(_ object: JSONObject) { self.object = object }

    /// Takes a dictionary, in the order of its keys.
    public init(_ dictionary: [String: String]) {
        object = JSONObject(dictionary.sorted { $0.key < $1.key }.map { ($0.key, .string($0.value)) })
    }

    /// A label's value; setting nil removes it.
    public subscript(key: String) -> String? {
        get { object[key]?.stringValue }
        set { object[key] = newValue.map(JSONValue.string) }
    }

    /// As a dictionary.
    public var dictionary: [String: String] {
        var result: [String: String] = [:]
        result.reserveCapacity(object.count)
        for (key, value) in self { result[key] = value }
        return result
    }

    /// Whether there are none.
    public var isEmpty: Bool { object.isEmpty }
    /// How many there are.
    public var count: Int { object.count }
    /// The keys, in order.
    public var keys: [String] { object.keys }
    /// Whether there is a label of a key.
    public func contains(key: String) -> Bool { object.contains(key: key) }
}

extension Labels: Sequence {
    /// Goes through keys and values, in order.
    public func makeIterator() -> AnyIterator<(key: String, value: String)> {
        var iterator = object.makeIterator()
        return AnyIterator {
            while let (key, value) = iterator.next() {
                if let text = value.stringValue { return (key, text) }
            }
            return nil
        }
    }
}

extension Labels: ExpressibleByDictionaryLiteral {
    /// Makes labels of a literal, in its order.
    public init(dictionaryLiteral elements: (String, String)...) {
        object = JSONObject(elements.map { ($0.0, .string($0.1)) })
    }
}
