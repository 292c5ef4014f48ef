import ClusterModel
import HTTPTypes
import Hummingbird
import JSONTree
import NIOCore

/// The answers of the server, each made in one place.
enum Reply {
    static func json(_ bytes: [UInt8], status: HTTPResponse.Status = .ok) -> Response {
        Response(
            status: status,
            headers: [.contentType: "application/json"],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes))
        )
    }

    static func json(_ value: JSONValue, status: HTTPResponse.Status = .ok, isPretty: Bool = false) -> Response {
        json(value.bytes(pretty: isPretty) + (isPretty ? [0x0a] : []), status: status)
    }

    static func text(_ text: String, status: HTTPResponse.Status = .ok) -> Response {
        Response(
            status: status,
            headers: [.contentType: "text/plain; charset=utf-8"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: text))
        )
    }

    /// A Kubernetes Status, mostly an error.
    static func status(_ status: StatusObject, isPretty: Bool = false) -> Response {
        var response = json(status.json, status: HTTPResponse.Status(code: status.code), isPretty: isPretty)
        if status.retryAfterSeconds > 0, let name = HTTPField.Name("Retry-After") {
            response.headers[name] = String(status.retryAfterSeconds)
        }
        return response
    }

    /// A description of no types at all, in the form that kubectl asks for.
    ///
    /// kubectl up to 1.30 wants one before it creates or applies; of types that it does not find there, it leaves the
    /// checks to the server.
    static var emptyOpenAPI: Response {
        Response(
            status: .ok,
            headers: [.contentType: "application/com.github.proto-openapi.spec.v2.v1.0+protobuf"],
            body: ResponseBody()
        )
    }

    /// What the API server says to a path that it doesn't know.
    static var notFound: Response { text("404 page not found\n", status: .notFound) }
}
