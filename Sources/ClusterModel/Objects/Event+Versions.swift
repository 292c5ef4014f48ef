public import JSONTree

/// `events.k8s.io/v1` shows the stored events with other field names.
extension ResourceKind {
    /// The names that differ: those of the core group, which are stored, and those of `events.k8s.io/v1`.
    private static let eventFields = [
        ("involvedObject", "regarding"), ("message", "note"), ("source", "deprecatedSource"),
        ("firstTimestamp", "deprecatedFirstTimestamp"), ("lastTimestamp", "deprecatedLastTimestamp"),
        ("count", "deprecatedCount"), ("reportingComponent", "reportingController"),
    ]

    /// What an alias' field is called in the stored form; nil when it is called the same.
    func storedName(ofField name: String) -> String? {
        guard self == .event else { return nil }
        return Self.eventFields.first { $0.1 == name }?.0
    }

    /// An object as it is stored, of one in any group and version that serves it.
    public func storedForm(of json: JSONValue) -> JSONValue {
        servedForm(of: json, as: groupVersion)
    }

    /// An object as a group and version serves it.
    public func servedForm(of json: JSONValue, as served: GroupVersion) -> JSONValue {
        guard json["apiVersion"]?.stringValue != served.description, isServed(in: served),
            case .object(let object) = json
        else { return json }
        let isStored = served == groupVersion
        var result = JSONObject()
        for (key, value) in object {
            let pair = Self.eventFields.first { key == (isStored ? $0.1 : $0.0) }
            result[pair.map { isStored ? $0.0 : $0.1 } ?? key] = value
        }
        result["apiVersion"] = .string(served.description)
        return .object(result)
    }
}
