import ClusterModel
import Foundation
import JSONTree
import Testing

@testable import ControlStoreClient

@Suite(.timeLimit(.minutes(15)))
struct StoreClientTests {
    @Test func aListIsPutTogetherFromItsPages() async throws {
        try await ScriptedServer.with([
            [.answer(200, Wire.list(5, [Wire.service("a", 3)], continuing: "t/1="))],
            [.answer(200, Wire.list(5, [#"{"metadata":{"name":"b","resourceVersion":"4"}}"#]))],
        ]) { server, configuration in
            let list = try await StoreClient(configuration).list(Service.self, Selection(namespace: "default"))
            #expect(list.items.map(\.name) == ["a", "b"])
            #expect(list.items[1].json["kind"] == "Service")
            #expect(list.resourceVersion == "5")
            #expect(list.rejected.isEmpty)
            #expect(
                server.requests == [
                    "GET /api/v1/namespaces/default/services?limit=500",
                    "GET /api/v1/namespaces/default/services?limit=500&continue=t%2F1%3D",
                ]
            )
        }
    }

    @Test func aPageThatIsGoneLeadsToTheWholeList() async throws {
        try await ScriptedServer.with([
            [.answer(200, Wire.list(5, [Wire.service("a", 3)], continuing: "t"))],
            [.answer(410, Wire.status(410, "Expired", "gone"))],
            [.answer(200, Wire.list(6, [Wire.service("a", 3), Wire.service("b", 6)]))],
        ]) { server, configuration in
            let list = try await StoreClient(configuration).list(Service.self)
            #expect(list.items.map(\.name) == ["a", "b"])
            #expect(list.resourceVersion == "6")
            #expect(server.requests.last == "GET /api/v1/services")
        }
    }

    @Test func writesGoToTheObjectsPath() async throws {
        let answer = ScriptedServer.Step.answer(200, Wire.service("a", 9))
        try await ScriptedServer.with(Array(repeating: [answer], count: 5)) { server, configuration in
            let client = try StoreClient(configuration)
            let service = Service(namespace: "ns", name: "a")
            #expect(try await client.create(service).resourceVersion == "9")
            try await client.update(service)
            try await client.updateStatus(service)
            try await client.mergePatch(Service.self, "a", namespace: "ns", ["metadata": ["labels": ["x": .null]]])
            try await client.delete(Service.self, "a", namespace: "ns")
            let path = "/api/v1/namespaces/ns/services"
            #expect(
                server.requests == [
                    "POST \(path)", "PUT \(path)/a", "PUT \(path)/a/status", "PATCH \(path)/a", "DELETE \(path)/a",
                ]
            )
            #expect(server.headers[3]["content-type"] == "application/merge-patch+json")
        }
    }

    @Test(arguments: [
        (404, "NotFound", ControlStoreClientError.Code.notFound), (409, "AlreadyExists", .alreadyExists),
        (409, "Conflict", .conflict), (410, "Expired", .expired), (422, "Invalid", .invalid),
        (400, "BadRequest", .badRequest),
        (401, "Unauthorized", .unauthorized), (403, "Forbidden", .forbidden),
        (429, "TooManyRequests", .tooManyRequests),
        (500, "InternalError", .serverError), (504, "Timeout", .timeout), (415, "UnsupportedMediaType", .refused),
    ])
    func refusalsCarryTheServersStatus(code: Int, reason: String, expected: ControlStoreClientError.Code) async throws {
        try await ScriptedServer.with([[.answer(code, Wire.status(code, reason, "because"))]]) { _, configuration in
            let client = try StoreClient(configuration)
            let error = await #expect(throws: ControlStoreClientError.self) {
                try await client.get(Service.self, "x", namespace: "ns")
            }
            #expect(error?.code == expected)
            #expect(error?.reason == reason)
            #expect(error?.message == "because")
            #expect(
                error?.description
                    == "GET \(configuration.server)/api/v1/namespaces/ns/services/x: \(code) \(reason): because"
            )
        }
    }

    @Test func anAnswerThatIsNoStatusIsShortened() async throws {
        try await ScriptedServer.with([[.answer(404, "404 page not found\nmore")]]) { _, configuration in
            let client = try StoreClient(configuration)
            let error = await #expect(throws: ControlStoreClientError.self) { try await client.text("/x") }
            #expect(error?.message == "404 page not found")
            #expect(error?.status == nil)
        }
    }

    @Test func anUnreachableServerIsNamed() async throws {
        let free = try await ScriptedServer.with([]) { _, configuration in configuration }
        let client = try StoreClient(free)
        let error = await #expect(throws: ControlStoreClientError.self) { try await client.text("/healthz") }
        #expect(error?.code == .unreachable)
        #expect(error?.message.contains("\(free.server): connection refused; check") == true)
    }

    @Test func aMissingSocketIsNamed() async throws {
        let client = try StoreClient(ClientConfiguration(server: "unix:/tmp/weft-no-such.sock"))
        let error = await #expect(throws: ControlStoreClientError.self) { try await client.text("/healthz") }
        #expect(error?.code == .unreachable)
        #expect(error?.message.contains("unix:/tmp/weft-no-such.sock: no such socket") == true)
    }

    @Test func aUnixSocketAnswers() async throws {
        let path = "/tmp/weft-client-\(UUID().uuidString.prefix(8)).sock"
        defer { try? FileManager.default.removeItem(atPath: path) }
        try await ScriptedServer.with([[.answer(200, "ok")]], at: path) { server, configuration in
            let text = try await StoreClient(configuration).text("/healthz")
            #expect(text == "ok")
            #expect(server.requests == ["GET /healthz"])
        }
    }

    @Test func theTokenIsSent() async throws {
        try await ScriptedServer.with([[.answer(200, "ok")]]) { server, configuration in
            var configuration = configuration
            configuration.token = .bearer("secret")
            _ = try await StoreClient(configuration).text("/healthz")
            #expect(server.headers.first?["authorization"] == "Bearer secret")
            #expect(server.headers.first?["user-agent"] == "weft")
        }
    }

    @Test func anAnswerThatDoesNotEndIsGivenUp() async throws {
        try await ScriptedServer.with([[.head(200), .chunk("{"), .silence]]) { _, configuration in
            let client = try StoreClient(configuration)
            var request = APIRequest(.get, "/x")
            request.timeout = .milliseconds(100)
            let error = await #expect(throws: ControlStoreClientError.self) { try await client.send(request) }
            #expect(error?.code == .timeout)
        }
    }

    @Test func unusableCertificatesAreAConfigurationError() throws {
        var configuration = try ClientConfiguration(server: "https://127.0.0.1:6443")
        configuration.certificateAuthority = Array("junk".utf8)
        let error = #expect(throws: ControlStoreClientError.self) { try StoreClient(configuration) }
        #expect(error?.code == .configuration)
    }
}
