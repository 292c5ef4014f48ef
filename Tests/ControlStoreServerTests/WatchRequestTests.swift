import ClusterModel
import Hummingbird
import JSONTree
import Testing

@testable import ControlStore

struct WatchRequestTests {
    private func kinds(_ lines: [JSONValue]) -> [String] {
        lines.map { "\($0["type"]?.stringValue ?? "?") \($0[path: "object", "metadata", "name"]?.stringValue ?? "")" }
    }

    @Test func watchTellsAndEndsInTime() async throws {
        try await TestServer.run { server in
            try await server.makeService("a")
            let answer = try await server.get("/api/v1/services?watch=true&resourceVersion=0&timeoutSeconds=1")
            #expect(answer.code == 200)
            #expect(answer.headers[.contentType] == "application/json")
            #expect(kinds(answer.lines) == ["ADDED a", "ADDED kubernetes"])
        }
    }

    @Test func initialEventsAreMarkedAndBookmarksTellTheRevision() async throws {
        try await TestServer.run { server in
            let query =
                "watch=1&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true&timeoutSeconds=1"
            let lines = try await server.get("/api/v1/namespaces/default/services?\(query)").lines
            #expect(kinds(lines.dropLast(lines.count - 2)) == ["ADDED kubernetes", "BOOKMARK "])
            let bookmark = lines[1]["object"]
            #expect(bookmark?["kind"] == "Service")
            #expect(bookmark?[path: "metadata", "annotations", "k8s.io/initial-events-end"] == "true")
            #expect(bookmark?[path: "metadata", "resourceVersion"] == .string("\(server.store.revision)"))
        }
    }

    @Test func tooOldRevisionIsToldInTheStream() async throws {
        try await TestServer.run(configure: { $0.history.events = 2 }) { server in
            for number in 0..<5 { try await server.makeService("s\(number)") }
            let answer = try await server.get("/api/v1/services?watch=1&resourceVersion=2&timeoutSeconds=5")
            #expect(answer.code == 200)
            #expect(answer.lines.count == 1)
            #expect(answer.lines.first?["type"] == "ERROR")
            #expect(answer.lines.first?[path: "object", "code"] == 410)
            #expect(answer.lines.first?[path: "object", "reason"] == "Expired")
        }
    }

    @Test func tableEventsHaveTheirColumns() async throws {
        try await TestServer.run { server in
            let lines = try await server.get(
                "/api/v1/services?watch=1&timeoutSeconds=1",
                accept: "application/json;as=Table;v=v1;g=meta.k8s.io"
            ).lines
            #expect(lines.first?[path: "object", "kind"] == "Table")
            #expect(lines.first?[path: "object", "rows"]?[0]?["cells"]?[0] == "kubernetes")
        }
    }
}
