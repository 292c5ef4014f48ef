/// Why a JSON value can't be taken as an object, a selector or a time.
public struct ModelError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What kind of fault it is.
    public struct Code: Hashable, Sendable, CustomStringConvertible {
        enum Value: String, Hashable, Sendable {
            case notAnObject, wrongKind, wrongType, invalidSelector, unsupportedField
        }

        let value: Value

        /// The value is no JSON object.
        public static let notAnObject = Code(value: .notAnObject)
        /// The object is of another kind or API version than wanted.
        public static let wrongKind = Code(value: .wrongKind)
        /// A field has a value of another JSON type than its kind prescribes.
        public static let wrongType = Code(value: .wrongType)
        /// A label or field selector can't be read.
        public static let invalidSelector = Code(value: .invalidSelector)
        /// A field selector names a field that the kind does not offer.
        public static let unsupportedField = Code(value: .unsupportedField)

        /// The code's name, as in the source.
        public var description: String { value.rawValue }
    }

    /// The kind of fault.
    public let code: Code
    /// What is at fault: a kind, a field's path, a selector's text.
    public let object: String
    /// What is wrong, in the API server's words where it has some.
    public let text: String

    /// Makes an error.
    public init(_ code: Code, object: String, text: String) {
        self.code = code
        self.object = object
        self.text = text
    }

    /// What is wrong.
    public var description: String { text }
}
