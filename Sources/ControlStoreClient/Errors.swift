public import JSONTree

/// What went wrong between a client and the control store (or a Kubernetes API server).
public struct ControlStoreClientError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What kind of failure it is; more may be added.
    public struct Code: Hashable, Sendable, CustomStringConvertible {
        enum Value: String {
            case unreachable, connectionLost, timeout, cancelled, configuration, malformedAnswer
            case notFound, alreadyExists, conflict, expired, invalid, badRequest, unauthorized, forbidden
            case tooManyRequests, serverError, refused
        }

        let value: Value

        /// No connection could be made: nothing listens there, the name is unknown, or TLS failed.
        public static let unreachable = Code(value: .unreachable)
        /// The connection ended in the middle of an answer.
        public static let connectionLost = Code(value: .connectionLost)
        /// The answer took too long, or the server gave up waiting (504).
        public static let timeout = Code(value: .timeout)
        /// The task that asked was cancelled.
        public static let cancelled = Code(value: .cancelled)
        /// The client's own settings are unusable.
        public static let configuration = Code(value: .configuration)
        /// The answer is no JSON, or no Kubernetes object.
        public static let malformedAnswer = Code(value: .malformedAnswer)
        /// 404.
        public static let notFound = Code(value: .notFound)
        /// 409, reason AlreadyExists.
        public static let alreadyExists = Code(value: .alreadyExists)
        /// 409, any other reason: read the object anew and try again.
        public static let conflict = Code(value: .conflict)
        /// 410: the resourceVersion or the continue token is too old; list anew.
        public static let expired = Code(value: .expired)
        /// 422: the object fails validation.
        public static let invalid = Code(value: .invalid)
        /// 400.
        public static let badRequest = Code(value: .badRequest)
        /// 401.
        public static let unauthorized = Code(value: .unauthorized)
        /// 403.
        public static let forbidden = Code(value: .forbidden)
        /// 429.
        public static let tooManyRequests = Code(value: .tooManyRequests)
        /// 500 and above.
        public static let serverError = Code(value: .serverError)
        /// Any other HTTP status that is no success.
        public static let refused = Code(value: .refused)

        /// The code's name.
        public var description: String { value.rawValue }
    }

    /// The kind of failure.
    public let code: Code
    /// The HTTP status, when there was an answer.
    public let httpStatus: Int?
    /// The Kubernetes reason ("NotFound", "Expired", ...), or empty.
    public let reason: String
    /// What happened, for people; of the server's Status object where there is one.
    public let message: String
    /// What was asked: method and URL, or the file or setting that is at fault.
    public let request: String
    /// The server's whole Status object, when the answer was one.
    public let status: JSONValue?

    /// An error that the client itself found.
    public init(_ code: Code, _ message: String, request: String) {
        self.code = code
        self.httpStatus = nil
        self.reason = ""
        self.message = message
        self.request = request
        self.status = nil
    }

    /// The error that an HTTP answer stands for.
    ///
    /// `body` may be a Kubernetes Status, other JSON, or `nil` with plain `text`.
    public init(httpStatus: Int, body: JSONValue?, text: String, request: String) {
        let isStatus = body?["kind"]?.stringValue == "Status"
        let reason = isStatus ? body?["reason"]?.stringValue ?? "" : ""
        self.code = Self.code(httpStatus: httpStatus, reason: reason)
        self.httpStatus = httpStatus
        self.reason = reason
        self.message = (isStatus ? body?["message"]?.stringValue : nil) ?? Self.shortened(text, httpStatus)
        self.request = request
        self.status = isStatus ? body : nil
    }

    /// The error that a Status object inside a watch stream stands for.
    public init(status: JSONValue, request: String) {
        self.init(httpStatus: status["code"]?.intValue ?? 500, body: status, text: "", request: request)
    }

    /// Seconds after which the server wants to be asked again, from the Status' details.
    public var retryAfterSeconds: Int? { status?[path: "details", "retryAfterSeconds"]?.intValue }

    /// One line: what was asked, what came back.
    public var description: String {
        let prefix = httpStatus.map { "\($0)\(reason.isEmpty ? "" : " \(reason)"): " } ?? ""
        return "\(request): \(prefix)\(message)"
    }

    private static func code(httpStatus: Int, reason: String) -> Code {
        switch httpStatus {
        case 400: .badRequest
        case 401: .unauthorized
        case 403: .forbidden
        case 404: .notFound
        case 409: reason == "AlreadyExists" ? .alreadyExists : .conflict
        case 410: .expired
        case 422: .invalid
        case 429: .tooManyRequests
        case 408, 504: .timeout
        case 500...: .serverError
        default: .refused
        }
    }

    private static func shortened(_ text: String, _ httpStatus: Int) -> String {
        let line = text.split(whereSeparator: \.isNewline).first.map(String.init) ?? ""
        return line.isEmpty ? "the server answered with HTTP status \(httpStatus)" : String(line.prefix(200))
    }
}
