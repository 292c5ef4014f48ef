public import JSONTree

/// An event: what happened to an object, for people to read.
///
/// Its fields are those of the core group.
public struct Event: APIObject {
    /// The kind.
    public static var resource: ResourceKind { .event }
    /// The tree.
    public var json: JSONValue

    /// Takes a tree as it is.
    public init(unchecked json: JSONValue) { self.json = json }

    /// Tells of something that happened to an object.
    /// - Parameters:
    ///   - object: what it happened to.
    ///   - name: the event's own name, unique in the namespace.
    ///   - isWarning: whether it is more than worth knowing.
    ///   - reason: why, in one word for programs.
    ///   - message: what, for people.
    ///   - component: who tells.
    ///   - instance: on which machine.
    ///   - time: when.
    public init(
        about object: some APIObject,
        name: String,
        isWarning: Bool,
        reason: String,
        message: String,
        component: String,
        instance: String,
        time: Timestamp
    ) {
        let kind = Swift.type(of: object).resource
        self.init(namespace: object.namespace.isEmpty ? "default" : object.namespace, name: name)
        var involved: JSONValue = ["kind": .string(kind.kind)]
        if !object.namespace.isEmpty { involved["namespace"] = .string(object.namespace) }
        involved["name"] = .string(object.name)
        if !object.uid.isEmpty { involved["uid"] = .string(object.uid) }
        involved["apiVersion"] = .string(kind.apiVersion)
        json["involvedObject"] = involved
        self[string: "reason"] = reason
        self[string: "message"] = message
        self[string: "type"] = isWarning ? "Warning" : "Normal"
        json["source"] = ["component": .string(component), "host": .string(instance)]
        self[time: "firstTimestamp"] = time
        self[time: "lastTimestamp"] = time
        self[int: "count"] = 1
        self[string: "reportingComponent"] = component
        self[string: "reportingInstance"] = instance
    }

    /// The kind of the object that it is about.
    public var involvedKind: String { json[path: "involvedObject", "kind"]?.stringValue ?? "" }
    /// The object that it is about.
    public var involvedObject: ObjectKey {
        ObjectKey(
            namespace: json[path: "involvedObject", "namespace"]?.stringValue ?? "",
            name: json[path: "involvedObject", "name"]?.stringValue ?? ""
        )
    }
    /// Why, in one word.
    public var reason: String { self[string: "reason"] ?? "" }
    /// What happened.
    public var message: String { self[string: "message"] ?? "" }
    /// Whether it is more than worth knowing.
    public var isWarning: Bool { self[string: "type"] == "Warning" }
    /// How often it happened.
    public var count: Int {
        get { self[int: "count"] ?? 1 }
        set { self[int: "count"] = newValue }
    }
    /// When it happened last.
    public var lastTimestamp: Timestamp? {
        get { self[time: "lastTimestamp"] ?? self[time: "eventTime"] }
        set { self[time: "lastTimestamp"] = newValue }
    }
}
