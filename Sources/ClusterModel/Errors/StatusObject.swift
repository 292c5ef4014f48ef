public import JSONTree

/// A Kubernetes `Status`: what the API answers instead of an object, mostly an error.
public struct StatusObject: Error, Hashable, Sendable, CustomStringConvertible {
    /// One of the reasons behind an error.
    public struct Cause: Hashable, Sendable {
        /// A machine-readable reason, as `FieldValueInvalid`.
        public var reason: String
        /// What is wrong.
        public var message: String
        /// The field's path; empty when no field is at fault.
        public var field: String

        /// Makes a cause.
        public init(reason: String, message: String, field: String = "") {
            self.reason = reason
            self.message = message
            self.field = field
        }
    }

    /// The HTTP status code; 200 for a success.
    public var code: Int
    /// The machine-readable reason, as `NotFound`; empty for a success.
    public var reason: String
    /// What happened, in a sentence.
    public var message: String
    /// The name of the object that the request was for.
    public var name = ""
    /// The API group of the resource.
    public var group = ""
    /// The resource, as `services`; for an Invalid error the kind, as `Service`.
    public var kind = ""
    /// The uid of the object that the request was for.
    public var uid = ""
    /// What is at fault in detail.
    public var causes: [Cause] = []
    /// After how many seconds a retry makes sense; 0 when nothing is said about it.
    public var retryAfterSeconds = 0
    /// With an expired continue token: a token to go on with, at a newer revision.
    public var continueToken = ""

    /// Makes a status.
    public init(code: Int, reason: String, message: String) {
        self.code = code
        self.reason = reason
        self.message = message
    }

    /// Whether it tells of a success.
    public var isSuccess: Bool { reason.isEmpty && code < 400 }

    /// The reason and the message: `NotFound: services "web" not found`.
    public var description: String { reason.isEmpty ? message : "\(reason): \(message)" }
}

extension StatusObject {
    /// Reads a Status that a server sent.
    /// - Returns: nil when the value is of another kind.
    public init?(json: JSONValue) {
        guard json["kind"]?.stringValue == "Status" else { return nil }
        self.init(
            code: json["code"]?.intValue ?? (json["status"]?.stringValue == "Success" ? 200 : 500),
            reason: json["reason"]?.stringValue ?? "",
            message: json["message"]?.stringValue ?? ""
        )
        continueToken = json[path: "metadata", "continue"]?.stringValue ?? ""
        guard let details = json["details"] else { return }
        name = details["name"]?.stringValue ?? ""
        group = details["group"]?.stringValue ?? ""
        kind = details["kind"]?.stringValue ?? ""
        uid = details["uid"]?.stringValue ?? ""
        retryAfterSeconds = details["retryAfterSeconds"]?.intValue ?? 0
        causes = (details["causes"]?.arrayValue ?? []).map { cause in
            Cause(
                reason: cause["reason"]?.stringValue ?? "",
                message: cause["message"]?.stringValue ?? "",
                field: cause["field"]?.stringValue ?? ""
            )
        }
    }

    /// The status as it goes over the wire.
    public var json: JSONValue {
        var result: JSONValue = ["kind": "Status", "apiVersion": "v1", "metadata": [:]]
        if !continueToken.isEmpty { result[path: "metadata", "continue"] = .string(continueToken) }
        result["status"] = isSuccess ? "Success" : "Failure"
        if !message.isEmpty { result["message"] = .string(message) }
        if !reason.isEmpty { result["reason"] = .string(reason) }
        if let details { result["details"] = details }
        result["code"] = JSONValue(code)
        return result
    }

    private var details: JSONValue? {
        var details = JSONObject()
        for (key, value) in [("name", name), ("group", group), ("kind", kind), ("uid", uid)] where !value.isEmpty {
            details[key] = .string(value)
        }
        if !causes.isEmpty { details["causes"] = .array(causes.map(\.json)) }
        if retryAfterSeconds > 0 { details["retryAfterSeconds"] = JSONValue(retryAfterSeconds) }
        return details.isEmpty ? nil : .object(details)
    }
}

extension StatusObject.Cause {
    fileprivate var json: JSONValue {
        var result = JSONObject()
        for (key, value) in [("reason", reason), ("message", message), ("field", field)] where !value.isEmpty {
            result[key] = .string(value)
        }
        return .object(result)
    }
}
