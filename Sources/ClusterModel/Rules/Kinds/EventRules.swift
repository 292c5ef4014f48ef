import JSONTree

/// Events, in the core group's form.
enum EventRules: KindRules {
    static let shape = Shape.kind([
        "involvedObject": .reference, "related": .reference, "reason": .string, "message": .string, "type": .string,
        "action": .string, "count": .integer, "firstTimestamp": .time, "lastTimestamp": .time, "eventTime": .time,
        "source": .object(["component": .string, "host": .string]), "reportingComponent": .string,
        "reportingInstance": .string, "series": .object(["count": .integer, "lastObservedTime": .time]),
    ])

    static func validate(_ json: JSONValue) -> [FieldError] {
        var errors: [FieldError] = []
        let involved = json[path: "involvedObject", "namespace"]?.stringValue ?? ""
        let own = json[path: "metadata", "namespace"]?.stringValue ?? ""
        if !involved.isEmpty, involved != own {
            errors.append(.invalid("involvedObject.namespace", .string(involved), "does not match event.namespace"))
        }
        // Only the newer form carries the time of the event, and it says who saw it.
        guard json["eventTime"] != nil else { return errors }
        for key in ["reportingComponent", "reportingInstance", "action", "reason"]
        where json[key]?.stringValue?.isEmpty ?? true {
            errors.append(.required(key == "reportingComponent" ? "reportingController" : key))
        }
        return errors + ValueRules.oneOf("type", json["type"], ["Normal", "Warning"])
    }
}
