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

    /// What the API server says to a path that it doesn't know.
    static var notFound: Response { text("404 page not found\n", status: .notFound) }
}
