import ClusterModel
import ControlStore
import HTTPTypes
import Hummingbird
import JSONTree

/// A request with its parts read out.
struct APIRequest: Sendable {
    let request: Request
    let parameters: QueryParameters
    let representation: Representation

    /// How large a body may be, in bytes, as the API server has it.
    static let bodyLimit = 3 << 20

    /// The media type of the body, without parameters; empty when none is named.
    var contentType: String {
        let type = (request.headers[.contentType] ?? "").split(separator: ";").first ?? ""
        return type.filter { $0 != " " }.lowercased()
    }

    /// Reads the body as JSON; nil when there is none.
    /// - Throws: ``APIError``: too large, not JSON.
    func body() async throws -> JSONValue? {
        var bytes: [UInt8] = []
        for try await part in request.body {
            guard bytes.count + part.readableBytes <= Self.bodyLimit else {
                throw APIError(status: .requestTooLarge(limit: Self.bodyLimit))
            }
            bytes.append(contentsOf: part.readableBytesView)
        }
        guard !bytes.isEmpty else { return nil }
        do throws(JSONError) {
            return try JSONValue(parsing: bytes)
        } catch {
            throw APIError(status: .badRequest("the body is not JSON: \(error)"))
        }
    }

    /// Reads the body as an object of a kind, in its stored form.
    /// - Throws: ``APIError``: another format, another kind, no body.
    func object(_ path: RequestTarget.ResourcePath) async throws -> JSONValue {
        guard contentType.isEmpty || contentType == "application/json" else {
            throw APIError(status: .unsupportedMediaType(supported: ["application/json"]))
        }
        guard var json = try await body() else { throw APIError(status: .badRequest("the body is empty")) }
        let kind = path.kind
        if let found = json["kind"]?.stringValue, !found.isEmpty, found != kind.kind {
            throw APIError(
                status: .badRequest("\(found) in version \"v1\" cannot be handled as a \(kind.kind): kind mismatch")
            )
        }
        if let found = json["apiVersion"]?.stringValue, !found.isEmpty, found != path.served.description {
            throw APIError(
                status: .badRequest(
                    "the API version in the data (\(found)) does not match the expected API version (\(path.served))"
                )
            )
        }
        json["kind"] = .string(kind.kind)
        json["apiVersion"] = .string(path.served.description)
        return kind.storedForm(of: json)
    }

    /// What a write has to observe.
    /// - Throws: ``APIError`` for a `dryRun` that there isn't.
    func writeOptions() throws -> WriteOptions {
        var options = WriteOptions()
        options.isDryRun = try Self.isDryRun(parameters["dryRun"].map { [$0] } ?? [])
        return options
    }

    static func isDryRun(_ values: [String]) throws -> Bool {
        for value in values where value != "All" {
            let error = FieldError.notSupported("dryRun", JSONValue([value]), ["All"])
            throw APIError(status: .invalid(kind: "CreateOptions", group: "meta.k8s.io", name: "", [error]))
        }
        return !values.isEmpty
    }
}

/// An answer that ends a request early.
struct APIError: Error {
    let status: StatusObject
}
