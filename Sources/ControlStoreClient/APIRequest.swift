public import JSONTree

/// One request to the server, apart from where the server is.
public struct APIRequest: Sendable {
    /// The HTTP methods of the API.
    public enum Method: String, Sendable {
        /// Read.
        case get = "GET"
        /// Create.
        case post = "POST"
        /// Replace.
        case put = "PUT"
        /// Change in part.
        case patch = "PATCH"
        /// Remove.
        case delete = "DELETE"
    }

    /// `GET`, `POST`, ...
    public var method: Method
    /// The path from the server's root, as `/api/v1/namespaces/default/services`.
    public var path: String
    /// What stands behind the question mark, not yet encoded.
    public var query: [(name: String, value: String)]
    /// The body, sent as JSON.
    public var body: JSONValue?
    /// The `Content-Type` of `body`.
    public var contentType = "application/json"
    /// How long the whole answer may take.
    public var timeout: Duration = .seconds(60)

    /// A request for `path`.
    public init(_ method: Method, _ path: String, query: [(name: String, value: String)] = [], body: JSONValue? = nil) {
        self.method = method
        self.path = path
        self.query = query
        self.body = body
    }

    /// Path and query as they stand in the request line.
    var target: String { path + PercentEncoding.query(query) }
}
