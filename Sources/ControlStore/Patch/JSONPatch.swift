import JSONTree

/// Why a JSON patch can't be read or applied.
struct JSONPatchError: Error, CustomStringConvertible {
    /// Whether the patch itself is at fault, not the object.
    let isMalformed: Bool
    let description: String
}

/// A JSON patch (RFC 6902): operations at places that JSON pointers (RFC 6901) name.
struct JSONPatch {
    private enum Verb: String {
        case add, remove, replace, move, copy, test
    }

    private struct Operation {
        let verb: Verb
        let path: [String]
        let from: [String]
        let value: JSONValue?
    }

    private let operations: [Operation]

    init(json: JSONValue) throws(JSONPatchError) {
        guard let list = json.arrayValue else {
            throw JSONPatchError(isMalformed: true, description: "a JSON patch must be an array, is \(json.kindName)")
        }
        var operations: [Operation] = []
        for item in list {
            let needsFrom = ["move", "copy"].contains(item["op"]?.stringValue)
            guard let verb = item["op"]?.stringValue.flatMap(Verb.init), let path = Self.parts(item["path"]),
                let from = needsFrom ? Self.parts(item["from"]) : []
            else {
                throw JSONPatchError(isMalformed: true, description: "unreadable operation of a JSON patch: \(item)")
            }
            operations.append(Operation(verb: verb, path: path, from: from, value: item["value"]))
        }
        self.operations = operations
    }

    private static func parts(_ pointer: JSONValue?) -> [String]? {
        guard let text = pointer?.stringValue, text.isEmpty || text.hasPrefix("/") else { return nil }
        return text.split(separator: "/", omittingEmptySubsequences: false).dropFirst().map {
            String($0).replacing("~1", with: "/").replacing("~0", with: "~")
        }
    }

    func apply(to document: inout JSONValue) throws(JSONPatchError) {
        for operation in operations {
            switch operation.verb {
            case .add: try Self.add(operation.value ?? .null, at: operation.path[...], to: &document)
            case .remove: _ = try Self.remove(at: operation.path[...], from: &document)
            case .replace:
                _ = try Self.remove(at: operation.path[...], from: &document)
                try Self.add(operation.value ?? .null, at: operation.path[...], to: &document)
            case .move:
                let value = try Self.remove(at: operation.from[...], from: &document)
                try Self.add(value, at: operation.path[...], to: &document)
            case .copy:
                try Self.add(
                    try Self.value(at: operation.from[...], in: document),
                    at: operation.path[...],
                    to: &document
                )
            case .test:
                let found = try Self.value(at: operation.path[...], in: document)
                guard found == operation.value ?? .null else {
                    throw Self.failure("the test of \(Self.pointer(operation.path)) failed: found \(found)")
                }
            }
        }
    }

    private static func failure(_ text: String) -> JSONPatchError {
        JSONPatchError(isMalformed: false, description: text)
    }

    private static func pointer(_ path: some Collection<String>) -> String { path.map { "/\($0)" }.joined() }

    private static func missing(_ path: ArraySlice<String>) -> JSONPatchError {
        failure("the document has no place \(pointer(path))")
    }

    /// An index of an array as pointers write it: digits without a leading zero.
    private static func index(_ text: String, below end: Int) -> Int? {
        guard let index = Int(text), String(index) == text, index >= 0, index < end else { return nil }
        return index
    }

    private static func value(at path: ArraySlice<String>, in value: JSONValue) throws(JSONPatchError) -> JSONValue {
        guard let first = path.first else { return value }
        switch value {
        case .object(let object):
            guard let next = object[first] else { throw missing(path) }
            return try self.value(at: path.dropFirst(), in: next)
        case .array(let elements):
            guard let index = index(first, below: elements.count) else { throw missing(path) }
            return try self.value(at: path.dropFirst(), in: elements[index])
        default: throw missing(path)
        }
    }

    private static func add(
        _ new: JSONValue,
        at path: ArraySlice<String>,
        to value: inout JSONValue
    ) throws(JSONPatchError) {
        guard let first = path.first else {
            value = new
            return
        }
        if path.count == 1 {
            switch value {
            case .object: value[first] = new
            case .array(var elements):
                guard let index = first == "-" ? elements.count : index(first, below: elements.count + 1) else {
                    throw missing(path)
                }
                elements.insert(new, at: index)
                value = .array(elements)
            default: throw missing(path)
            }
            return
        }
        var child = try self.value(at: path.prefix(1), in: value)
        try add(new, at: path.dropFirst(), to: &child)
        set(child, at: first, in: &value)
    }

    private static func remove(
        at path: ArraySlice<String>,
        from value: inout JSONValue
    ) throws(JSONPatchError) -> JSONValue {
        guard let first = path.first else {
            defer { value = .null }
            return value
        }
        var child = try self.value(at: path.prefix(1), in: value)
        if path.count == 1 {
            if case .array(var elements) = value, let index = Int(first) {
                elements.remove(at: index)
                value = .array(elements)
            } else {
                value[first] = nil
            }
            return child
        }
        let removed = try remove(at: path.dropFirst(), from: &child)
        set(child, at: first, in: &value)
        return removed
    }

    /// Puts a changed child back at a place that is known to exist.
    private static func set(_ child: JSONValue, at key: String, in value: inout JSONValue) {
        if case .array(var elements) = value, let index = Int(key) {
            elements[index] = child
            value = .array(elements)
        } else {
            value[key] = child
        }
    }
}
