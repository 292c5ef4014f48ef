extension JSONValue {
    /// A member of an object; nil when there is none, or the value is no object.
    ///
    /// Setting a member of a value that is no object makes it one; setting nil removes the member.
    public subscript(key: String) -> JSONValue? {
        get {
            guard case .object(let object) = self else { return nil }
            return object[key]
        }
        set {
            if newValue == nil, objectValue == nil { return }
            mutateObject { $0[key] = newValue }
        }
    }

    /// An element of an array; nil outside its bounds, or when the value is no array.
    public subscript(index: Int) -> JSONValue? {
        guard case .array(let elements) = self, elements.indices.contains(index) else { return nil }
        return elements[index]
    }

    /// The value at a path of keys, as in `json[path: "spec", "ports"]`; nil when a part of it is missing.
    ///
    /// Setting makes the objects on the way; setting nil removes the last key and leaves the objects on the way.
    public subscript(path keys: String...) -> JSONValue? {
        get { value(at: keys) }
        set { setValue(newValue, at: keys[...]) }
    }

    /// The value at a path of keys; nil when a part of it is missing.
    public func value(at keys: some Collection<String>) -> JSONValue? {
        var value = self
        for key in keys {
            guard let next = value[key] else { return nil }
            value = next
        }
        return value
    }

    /// Sets the value at a path of keys, making the objects on the way; nil removes the last key.
    public mutating func setValue(_ newValue: JSONValue?, at keys: ArraySlice<String>) {
        guard let first = keys.first else {
            self = newValue ?? .null
            return
        }
        if newValue == nil, value(at: keys) == nil { return }
        if keys.count == 1 {
            self[first] = newValue
        } else {
            mutateObject { object in
                object.update(first) { $0.setValue(newValue, at: keys.dropFirst()) }
            }
        }
    }

    /// Changes the members in place, without copying them; a value that is no object becomes an empty one first.
    public mutating func mutateObject<Result>(_ change: (inout JSONObject) -> Result) -> Result {
        var object = objectValue ?? JSONObject()
        self = .null  // the only reference is now ours, so the change copies nothing
        defer { self = .object(object) }
        return change(&object)
    }

    /// Changes the elements in place, without copying them; a value that is no array becomes an empty one first.
    public mutating func mutateArray<Result>(_ change: (inout [JSONValue]) -> Result) -> Result {
        var elements = arrayValue ?? []
        self = .null
        defer { self = .array(elements) }
        return change(&elements)
    }
}
