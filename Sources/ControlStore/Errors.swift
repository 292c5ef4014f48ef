public import ClusterModel

/// Why the store refused or failed something; it carries the Kubernetes Status that a client is answered with.
public struct StoreError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The kind of error.
    public struct Code: Hashable, Sendable, CustomStringConvertible {
        enum Value: String, Hashable, Sendable {
            case badRequest, forbidden, notFound, alreadyExists, conflict, expired, invalid, tooLargeRevision
            case storage, unavailable, locked
        }

        let value: Value

        /// The request makes no sense: a bad selector, a wrong continue token, a name that differs from the path.
        public static let badRequest = Code(value: .badRequest)
        /// The object can't be written there now: its namespace is being terminated.
        public static let forbidden = Code(value: .forbidden)
        /// There is no such object.
        public static let notFound = Code(value: .notFound)
        /// There is such an object already.
        public static let alreadyExists = Code(value: .alreadyExists)
        /// The object is at another revision, or has another uid, than the write expects.
        public static let conflict = Code(value: .conflict)
        /// The asked revision is no longer in the history.
        public static let expired = Code(value: .expired)
        /// The object fails validation, or an allocation.
        public static let invalid = Code(value: .invalid)
        /// The asked revision is in the future.
        public static let tooLargeRevision = Code(value: .tooLargeRevision)
        /// The storage engine failed: disk full, not writable, damaged.
        public static let storage = Code(value: .storage)
        /// The store is shutting down.
        public static let unavailable = Code(value: .unavailable)
        /// Another process has the data directory.
        public static let locked = Code(value: .locked)

        /// The code's name, as in the source.
        public var description: String { value.rawValue }
    }

    /// The kind of error.
    public let code: Code
    /// What a client is answered with.
    public var status: StatusObject
    /// What is wrong, where the answer's own text would mislead an operator.
    private let text: String?

    /// Makes an error of the answer to it.
    public init(_ code: Code, _ status: StatusObject) {
        self.code = code
        self.status = status
        text = nil
    }

    /// Makes an error of the server itself.
    init(_ code: Code, text: String) {
        self.code = code
        self.text = text
        status = .internalError(text)
    }

    /// What is wrong.
    public var description: String { text ?? status.message }
}

extension StoreError {
    /// An error of the storage engine, or of the files around it.
    static func storage(_ text: String) -> StoreError {
        StoreError(.storage, text: text)
    }

    /// An error of the storage engine while it does something with its file.
    static func storage(_ operation: String, path: String, _ error: any Error) -> StoreError {
        storage("can't \(operation) the store's file \(path): \(error)")
    }

    static func badRequest(_ text: String) -> StoreError { StoreError(.badRequest, .badRequest(text)) }

    static func notFound(_ kind: ResourceKind, _ name: String) -> StoreError {
        StoreError(.notFound, .notFound(kind, name: name))
    }

    static func conflict(_ kind: ResourceKind, _ name: String) -> StoreError {
        StoreError(.conflict, .conflict(kind, name: name))
    }

    static func invalid(_ kind: ResourceKind, _ name: String, _ errors: [FieldError]) -> StoreError {
        StoreError(.invalid, .invalid(kind, name: name, errors))
    }

    static let shuttingDown = StoreError(.unavailable, .unavailable("the store is shutting down"))
}
