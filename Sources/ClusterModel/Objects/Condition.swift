public import JSONTree

/// One aspect of an object's state, as `Ready`.
public struct Condition: JSONView {
    /// Whether the aspect holds.
    public enum Status: String, Hashable, Sendable {
        /// It holds.
        case `true` = "True"
        /// It does not hold.
        case `false` = "False"
        /// Nobody knows.
        case unknown = "Unknown"
    }

    /// The tree.
    public var json: JSONValue

    /// Takes a tree as it is.
    public init(json: JSONValue) { self.json = json }

    /// Makes a condition.
    public init(
        type: String,
        status: Status,
        reason: String = "",
        message: String = "",
        changedAt: Timestamp? = nil
    ) {
        json = ["type": .string(type), "status": .string(status.rawValue)]
        if !reason.isEmpty { self[string: "reason"] = reason }
        if !message.isEmpty { self[string: "message"] = message }
        self[time: "lastTransitionTime"] = changedAt
    }

    /// Which aspect it is.
    public var type: String { self[string: "type"] ?? "" }
    /// Whether it holds.
    public var status: Status { self[string: "status"].flatMap(Status.init) ?? .unknown }
    /// Why, for programs.
    public var reason: String { self[string: "reason"] ?? "" }
    /// Why, for people.
    public var message: String { self[string: "message"] ?? "" }
    /// When the status changed last.
    public var lastTransitionTime: Timestamp? { self[time: "lastTransitionTime"] }
    /// When the status was reported last.
    public var lastHeartbeatTime: Timestamp? { self[time: "lastHeartbeatTime"] }
}

extension JSONBacked {
    /// The conditions below `status`.
    var statusConditions: [Condition] {
        get { (json[path: "status", "conditions"]?.arrayValue ?? []).map { Condition(json: $0) } }
        set { json[path: "status", "conditions"] = .array(newValue.map(\.json)) }
    }
}
