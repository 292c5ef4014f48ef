extension JSONValue {
    /// Applies a JSON merge patch (RFC 7386): members replace members, null removes them, objects are merged, and
    /// everything else, arrays too, is replaced whole.
    public mutating func mergePatch(_ patch: JSONValue) {
        guard case .object(let changes) = patch else {
            self = patch
            return
        }
        mutateObject { object in
            for (key, change) in changes {
                switch change {
                case .null: object.removeValue(forKey: key)
                case .object: object.update(key) { $0.mergePatch(change) }
                default: object[key] = change
                }
            }
        }
    }

    /// The value with a JSON merge patch (RFC 7386) applied.
    public func mergePatched(_ patch: JSONValue) -> JSONValue {
        var result = self
        result.mergePatch(patch)
        return result
    }
}
