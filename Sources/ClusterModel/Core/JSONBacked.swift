public import JSONTree

/// A value that is a view of a JSON tree: what it does not know of stays in the tree.
public protocol JSONBacked: Hashable, Sendable {
    /// The tree, which is the truth.
    var json: JSONValue { get set }
}

/// A view of a part of an object; a part of another shape reads as if its fields were missing.
public protocol JSONView: JSONBacked {
    /// Takes a tree as it is.
    init(json: JSONValue)
}

extension JSONView {
    /// Makes a view of an empty object, to be filled by its setters.
    public init() { self.init(json: [:]) }
}

extension JSONBacked {
    subscript(string key: String) -> String? {
        get { json[key]?.stringValue }
        set { json[key] = newValue.map(JSONValue.string) }
    }

    subscript(int key: String) -> Int? {
        get { json[key]?.intValue }
        set { json[key] = newValue.map { JSONValue($0) } }
    }

    subscript(bool key: String) -> Bool? {
        get { json[key]?.boolValue }
        set { json[key] = newValue.map(JSONValue.bool) }
    }

    /// A list of strings; setting an empty one removes the key.
    subscript(strings key: String) -> [String] {
        get { (json[key]?.arrayValue ?? []).compactMap(\.stringValue) }
        set { json[key] = newValue.isEmpty ? nil : JSONValue(newValue) }
    }

    /// Labels; setting empty ones removes the key.
    subscript(labels key: String) -> Labels {
        get { Labels(json[key]?.objectValue ?? [:]) }
        set { json[key] = newValue.isEmpty ? nil : .object(newValue.object) }
    }

    subscript(time key: String) -> Timestamp? {
        get { json[key]?.stringValue.flatMap { Timestamp($0) } }
        set { json[key] = newValue.map { .string($0.description) } }
    }

    subscript(microTime key: String) -> Timestamp? {
        get { self[time: key] }
        set { json[key] = newValue.map { .string($0.microsecondsDescription) } }
    }

    /// An object within; a missing one is empty.
    subscript<View: JSONView>(view key: String, as _: View.Type = View.self) -> View {
        get { View(json: json[key] ?? [:]) }
        set { json[key] = newValue.json }
    }

    /// A list of objects; setting an empty one removes the key.
    subscript<View: JSONView>(list key: String, of _: View.Type = View.self) -> [View] {
        get { (json[key]?.arrayValue ?? []).map { View(json: $0) } }
        set { json[key] = newValue.isEmpty ? nil : .array(newValue.map(\.json)) }
    }
}
