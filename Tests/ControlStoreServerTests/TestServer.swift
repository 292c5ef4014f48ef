import ClusterModel
import Hummingbird
import HummingbirdTesting
import JSONTree
import Logging
import NIOCore

@testable import ControlStore
@testable import ControlStoreServer

/// A store behind HTTP, for one test.
struct TestServer {
    let client: any TestClientProtocol
    let store: ObjectStore

    /// Runs a body against a live server on a port of its own, with the store's controllers.
    static func run(
        configure: (inout StoreConfiguration) -> Void = { _ in },
        _ body: @Sendable @escaping (TestServer) async throws -> Void
    ) async throws {
        try await withDirectory { directory in
            var configuration = StoreConfiguration(
                ranges: try ClusterRanges(services: "10.96.0.0/16", pods: "10.244.0.0/16")
            )
            configure(&configuration)
            let store = try await ObjectStore.open(
                storage: try SQLiteStorage(path: "\(directory)/store.sqlite"),
                configuration: configuration,
                logger: .silent
            )
            let loop = Task { await store.run() }
            let server = StoreServer(store: store, addresses: [], logger: .silent)
            let application = Application(
                responder: server.responder,
                configuration: ApplicationConfiguration(address: .hostname("127.0.0.1", port: 0)),
                logger: .silent
            )
            try await application.test(.live) { client in
                try await body(TestServer(client: client, store: store))
                store.endWatches()
            }
            loop.cancel()
            try await store.close()
        }
    }

    /// An answer, its body read as JSON where it is JSON.
    struct Answer {
        let code: Int
        let headers: HTTPFields
        let text: String

        var json: JSONValue { (try? JSONValue(parsing: text)) ?? .null }
        /// The lines of a watch.
        var lines: [JSONValue] { text.split(separator: "\n").map { (try? JSONValue(parsing: String($0))) ?? .null } }
    }

    func send(
        _ method: HTTPRequest.Method,
        _ path: String,
        _ body: JSONValue? = nil,
        type: String = "application/json",
        accept: String = "application/json"
    ) async throws -> Answer {
        try await send(method, path, text: body?.description, type: type, accept: accept)
    }

    func send(
        _ method: HTTPRequest.Method,
        _ path: String,
        text: String?,
        type: String = "application/json",
        accept: String = "application/json"
    ) async throws -> Answer {
        var headers: HTTPFields = [.accept: accept]
        if text != nil { headers[.contentType] = type }
        return try await client.execute(
            uri: path,
            method: method,
            headers: headers,
            body: text.map { ByteBuffer(string: $0) }
        ) { response in
            Answer(
                code: response.status.code,
                headers: response.headers,
                text: String(decoding: response.body.readableBytesView, as: UTF8.self)
            )
        }
    }

    func get(_ path: String, accept: String = "application/json") async throws -> Answer {
        try await send(.get, path, accept: accept)
    }

    /// Creates a Service.
    @discardableResult
    func makeService(_ name: String, labels: JSONValue = [:]) async throws -> Answer {
        try await send(
            .post,
            "/api/v1/namespaces/default/services",
            ["metadata": ["name": .string(name), "labels": labels], "spec": ["ports": [["port": 80]]]]
        )
    }
}
