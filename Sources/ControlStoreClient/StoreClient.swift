public import JSONTree
import NIOCore

/// A connection to a control store or a Kubernetes API server: one HTTP request per call.
///
/// Cheap to share; every call may run at the same time as others. Objects travel as JSON.
/// API conventions: <https://kubernetes.io/docs/reference/using-api/api-concepts/>.
public final class StoreClient: Sendable {
    let transport: HTTPTransport

    /// The configuration that it was made with.
    public var configuration: ClientConfiguration { transport.configuration }

    /// A client; nothing is sent yet.
    ///
    /// - Throws: `.configuration` when a certificate or key can't be used.
    public init(_ configuration: ClientConfiguration) throws(ControlStoreClientError) {
        transport = try HTTPTransport(configuration)
    }

    /// Ends all connections; calls that are under way fail.
    ///
    /// Not needed before the process ends.
    public func shutdown() async { await transport.shutdown() }

    /// Sends any request of the API and returns the JSON of a 2xx answer (`null` when it is empty).
    ///
    /// - Throws: the server's Status for any other answer, `.unreachable`, `.timeout`, `.malformedAnswer`.
    @discardableResult
    public func send(_ request: APIRequest) async throws(ControlStoreClientError) -> JSONValue {
        let (status, body) = try await transport.answer(to: request)
        return try value(of: Self.parsed(body), status, body, request)
    }

    /// Sends a request for a list, and hands out its items one by one as they are read.
    ///
    /// - Returns: the list, without its items.
    /// - Throws: as ``send(_:)``; items may have been handed out by then.
    func send(
        _ request: APIRequest,
        eachItem: (JSONValue) -> Void
    ) async throws(ControlStoreClientError) -> JSONValue {
        let (status, body) = try await transport.answer(to: request)
        guard (200..<300).contains(status) else { return try value(of: Self.parsed(body), status, body, request) }
        let parsed = Result { () throws(JSONError) in
            try JSONValue(parsing: body.readableBytesView, handingOut: "items", eachItem)
        }
        return try value(of: parsed, status, body, request)
    }

    /// What an answer says, if it is a good one.
    private func value(
        of parsed: Result<JSONValue, JSONError>,
        _ status: Int,
        _ body: ByteBuffer,
        _ request: APIRequest
    ) throws(ControlStoreClientError) -> JSONValue {
        guard (200..<300).contains(status) else {
            throw ControlStoreClientError(
                httpStatus: status,
                body: try? parsed.get(),
                text: String(buffer: body),
                request: transport.describe(request)
            )
        }
        if body.readableBytes == 0 { return .null }
        switch parsed {
        case .success(let value): return value
        case .failure(let error):
            throw ControlStoreClientError(
                .malformedAnswer,
                "the answer is no JSON: \(error)",
                request: transport.describe(request)
            )
        }
    }

    /// The text of a path that doesn't answer with JSON, as `/healthz` and `/metrics`.
    ///
    /// - Throws: as ``send(_:)``.
    public func text(_ path: String) async throws(ControlStoreClientError) -> String {
        let request = APIRequest(.get, path)
        let (status, body) = try await transport.answer(to: request)
        let text = String(buffer: body)
        guard (200..<300).contains(status) else {
            throw ControlStoreClientError(
                httpStatus: status,
                body: nil,
                text: text,
                request: transport.describe(request)
            )
        }
        return text
    }

    private static func parsed(_ body: ByteBuffer) -> Result<JSONValue, JSONError> {
        Result { () throws(JSONError) in try JSONValue(parsing: body.readableBytesView) }
    }
}
