public import JSONTree

/// One field of an object that breaks a rule, in the API server's form.
public struct FieldError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Why a field is refused; the raw value is the cause's `reason` in a Status.
    public enum Reason: String, Hashable, Sendable {
        /// A needed field is missing or empty.
        case required = "FieldValueRequired"
        /// The value breaks a rule.
        case invalid = "FieldValueInvalid"
        /// The value is none of the listed ones.
        case notSupported = "FieldValueNotSupported"
        /// The field may not be set here, or not by this change.
        case forbidden = "FieldValueForbidden"
        /// The value occurs twice where it must be unique.
        case duplicate = "FieldValueDuplicate"
        /// The text is too long.
        case tooLong = "FieldValueTooLong"
        /// The list has too many elements.
        case tooMany = "FieldValueTooMany"
    }

    /// The field's path, as `spec.ports[1].nodePort`.
    public let field: String
    /// Why it is refused.
    public let reason: Reason
    /// What is wrong, without the path: `Invalid value: 70000: must be between 1 and 65535, inclusive`.
    public let message: String
    /// The refused value; null for a missing one.
    public let badValue: JSONValue

    /// Makes an error whose message is complete.
    public init(field: String, reason: Reason, message: String, badValue: JSONValue = .null) {
        self.field = field
        self.reason = reason
        self.message = message
        self.badValue = badValue
    }

    /// The path and what is wrong with it.
    public var description: String { "\(field): \(message)" }
}

extension FieldError {
    /// A needed field that is missing: `Required value`.
    public static func required(_ field: String, _ detail: String = "") -> FieldError {
        FieldError(field: field, reason: .required, message: joined("Required value", detail))
    }

    /// A value that breaks a rule: `Invalid value: "x": detail`.
    public static func invalid(_ field: String, _ value: JSONValue, _ detail: String) -> FieldError {
        let message = joined("Invalid value: \(shown(value))", detail)
        return FieldError(field: field, reason: .invalid, message: message, badValue: value)
    }

    /// A value that is none of the supported ones.
    public static func notSupported(_ field: String, _ value: JSONValue, _ supported: [String]) -> FieldError {
        let list = supported.map { shown(.string($0)) }.joined(separator: ", ")
        let message = joined("Unsupported value: \(shown(value))", list.isEmpty ? "" : "supported values: \(list)")
        return FieldError(field: field, reason: .notSupported, message: message, badValue: value)
    }

    /// A field that may not be set, or not be changed so: `Forbidden: detail`.
    public static func forbidden(_ field: String, _ detail: String) -> FieldError {
        FieldError(field: field, reason: .forbidden, message: joined("Forbidden", detail))
    }

    /// A value that occurs twice: `Duplicate value: "x"`.
    public static func duplicate(_ field: String, _ value: JSONValue) -> FieldError {
        FieldError(field: field, reason: .duplicate, message: "Duplicate value: \(shown(value))", badValue: value)
    }

    /// A text that is too long; `limit` in bytes.
    public static func tooLong(_ field: String, _ value: JSONValue, limit: Int) -> FieldError {
        let message = "Too long: may not be more than \(limit) bytes"
        return FieldError(field: field, reason: .tooLong, message: message, badValue: value)
    }

    /// A list with too many elements.
    public static func tooMany(_ field: String, count: Int, limit: Int) -> FieldError {
        let items = limit == 1 ? "item" : "items"
        let message = "Too many: \(count): must have at most \(limit) \(items)"
        return FieldError(field: field, reason: .tooMany, message: message, badValue: JSONValue(count))
    }

    private static func joined(_ start: String, _ detail: String) -> String {
        detail.isEmpty ? start : "\(start): \(detail)"
    }

    /// A value as the API server's messages show it.
    private static func shown(_ value: JSONValue) -> String {
        value.description
    }
}
