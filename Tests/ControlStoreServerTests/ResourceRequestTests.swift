import ClusterModel
import Hummingbird
import JSONTree
import Testing

@testable import ControlStore

struct ResourceRequestTests {
    private let services = "/api/v1/namespaces/default/services"

    @Test func objectGoesThroughItsLife() async throws {
        try await TestServer.run { server in
            let created = try await server.makeService("web")
            #expect(created.code == 201)
            #expect(created.json["kind"] == "Service")
            let again = try await server.makeService("web")
            #expect(again.code == 409)
            #expect(again.json["reason"] == "AlreadyExists")
            #expect(again.json["message"] == "services \"web\" already exists")
            let path = "\(services)/web"
            var object = try await server.get(path).json
            #expect(object == created.json)
            object[path: "metadata", "labels"] = ["a": "b"]
            let updated = try await server.send(.put, path, object)
            #expect(updated.code == 200)
            #expect(updated.json[path: "metadata", "labels"] == ["a": "b"])
            let stale = try await server.send(.put, path, object)
            #expect(stale.code == 409)
            #expect(stale.json["reason"] == "Conflict")
            let patched = try await server.send(
                .patch,
                path,
                ["metadata": ["labels": ["a": .null]]],
                type: "application/merge-patch+json"
            )
            #expect(patched.code == 200)
            #expect(patched.json[path: "metadata", "labels", "a"] == nil)
            let status = try await server.send(
                .patch,
                "\(path)/status",
                ["status": ["loadBalancer": ["ingress": [["ip": "192.0.2.1"]]]]],
                type: "application/merge-patch+json"
            )
            #expect(status.json[path: "status", "loadBalancer", "ingress"]?[0]?["ip"] == "192.0.2.1")
            let deleted = try await server.send(.delete, path)
            #expect(deleted.code == 200)
            let gone = try await server.get(path)
            #expect(gone.code == 404)
            #expect(gone.json["message"] == "services \"web\" not found")
            #expect(gone.json[path: "details", "kind"] == "services")
        }
    }

    @Test func otherPatchFormsAreTakenAndUnknownOnesRefused() async throws {
        try await TestServer.run { server in
            try await server.makeService("web")
            let path = "\(services)/web"
            let strategic = try await server.send(
                .patch,
                path,
                ["spec": ["ports": [["port": 80, "name": "http"], ["port": 81, "name": "more"]]]],
                type: "application/strategic-merge-patch+json"
            )
            #expect(strategic.json[path: "spec", "ports"]?.arrayValue?.count == 2)
            let json = try await server.send(
                .patch,
                path,
                [["op": "remove", "path": "/spec/ports/1"]],
                type: "application/json-patch+json"
            )
            #expect(json.json[path: "spec", "ports"]?.arrayValue?.count == 1)
            let failed = try await server.send(
                .patch,
                path,
                [["op": "remove", "path": "/spec/bogus"]],
                type: "application/json-patch+json"
            )
            #expect(failed.code == 422)
            let apply = try await server.send(.patch, path, [:], type: "application/apply-patch+yaml")
            #expect(apply.code == 415)
            #expect(apply.json["reason"] == "UnsupportedMediaType")
        }
    }

    @Test(arguments: [
        ("POST", "/api/v1/namespaces/default/services", "nonsense", 400, "BadRequest"),
        ("POST", "/api/v1/namespaces/default/services", #"{"kind":"Pod"}"#, 400, "BadRequest"),
        ("POST", "/api/v1/namespaces/default/services", #"{"apiVersion":"v2","kind":"Service"}"#, 400, "BadRequest"),
        (
            "POST", "/api/v1/namespaces/default/services", #"{"metadata":{"name":"a","namespace":"b"}}"#, 400,
            "BadRequest"
        ),
        ("POST", "/api/v1/namespaces/default/services", #"{"metadata":{"name":"A B"},"spec":{}}"#, 422, "Invalid"),
        (
            "POST", "/api/v1/namespaces/none/services", #"{"metadata":{"name":"a"},"spec":{"ports":[{"port":1}]}}"#,
            404, "NotFound"
        ),
        ("POST", "/api/v1/namespaces/default/services?dryRun=Some", #"{"metadata":{"name":"a"}}"#, 422, "Invalid"),
        ("POST", "/api/v1/services", #"{"metadata":{"name":"a"}}"#, 405, "MethodNotAllowed"),
        ("GET", "/api/v1/namespaces/default/widgets", "", 404, "NotFound"),
        ("GET", "/api/v1/namespaces/default/services/a/b/c", "", 404, "NotFound"),
        ("GET", "/api/v1/services?labelSelector=a%3D%3D%3Db", "", 400, "BadRequest"),
        ("GET", "/api/v1/services?fieldSelector=spec.foo%3Dx", "", 400, "BadRequest"),
        ("GET", "/api/v1/services?resourceVersion=x", "", 400, "BadRequest"),
        ("GET", "/api/v1/services?resourceVersionMatch=Exact", "", 422, "Invalid"),
        ("GET", "/api/v1/services?watch=1&sendInitialEvents=true", "", 422, "Invalid"),
        ("GET", "/api/v1/services?continue=xyz", "", 400, "BadRequest"),
        ("DELETE", "/version", "", 405, "MethodNotAllowed"),
    ])
    func faultIsAStatus(method: String, path: String, body: String, code: Int, reason: String) async throws {
        try await TestServer.run { server in
            let method = try #require(HTTPRequest.Method(method))
            let answer = try await server.send(method, path, text: body.isEmpty ? nil : body)
            #expect(answer.code == code)
            #expect(answer.json["kind"] == "Status")
            #expect(answer.json["status"] == "Failure")
            #expect(answer.json["reason"] == .string(reason))
            #expect(answer.json["code"] == JSONValue(code))
        }
    }

    @Test func bodyInAnotherFormatAndTooLargeOneAreRefused() async throws {
        try await TestServer.run { server in
            let protobuf = try await server.send(.post, services, [:], type: "application/vnd.kubernetes.protobuf")
            #expect(protobuf.code == 415)
            let large = try await server.send(
                .post,
                services,
                ["metadata": ["name": .string(String(repeating: "x", count: 4 << 20))]]
            )
            #expect(large.code == 413)
        }
    }

    @Test func listIsPagedAndSelected() async throws {
        try await TestServer.run { server in
            for number in 0..<5 { try await server.makeService("s\(number)", labels: number < 2 ? ["a": "b"] : [:]) }
            let first = try await server.get("\(services)?limit=4").json
            #expect(first["kind"] == "ServiceList")
            #expect(first["items"]?.arrayValue?.count == 4)
            #expect(first[path: "metadata", "remainingItemCount"] == 2)
            let token = try #require(first[path: "metadata", "continue"]?.stringValue)
            let second = try await server.get("\(services)?limit=4&continue=\(token)").json
            #expect(second["items"]?.arrayValue?.count == 2)
            #expect(second[path: "metadata", "continue"] == nil)
            #expect(second[path: "metadata", "resourceVersion"] == first[path: "metadata", "resourceVersion"])
            let chosen = try await server.get("/api/v1/services?labelSelector=a%20in%20(b,c),!x").json
            #expect(chosen["items"]?.arrayValue?.count == 2)
            let named = try await server.get("/api/v1/services?fieldSelector=metadata.name%3Ds3").json
            #expect(named["items"]?.arrayValue?.count == 1)
        }
    }

    @Test func collectionIsDeletedBySelector() async throws {
        try await TestServer.run { server in
            for number in 0..<4 { try await server.makeService("s\(number)", labels: number < 3 ? ["a": "b"] : [:]) }
            let answer = try await server.send(.delete, "\(services)?labelSelector=a%3Db")
            #expect(answer.code == 200)
            #expect(answer.json["items"]?.arrayValue?.count == 3)
            #expect(server.store.count(of: .service) == 2)
        }
    }

    @Test func eventsAreOneStorageInTwoGroups() async throws {
        try await TestServer.run { server in
            let event: JSONValue = [
                "apiVersion": "events.k8s.io/v1", "kind": "Event", "metadata": ["name": "e1"],
                "eventTime": "2026-01-01T00:00:00.000000Z", "reportingController": "weftd", "reportingInstance": "n1",
                "action": "Start", "reason": "Starting", "type": "Normal", "note": "hello",
                "regarding": ["kind": "Node", "name": "n1", "namespace": "default"],
            ]
            let created = try await server.send(.post, "/apis/events.k8s.io/v1/namespaces/default/events", event)
            #expect(created.code == 201)
            #expect(created.json["note"] == "hello")
            let core = try await server.get("/api/v1/namespaces/default/events/e1").json
            #expect(core["apiVersion"] == "v1")
            #expect(core["message"] == "hello")
            let found = try await server.get("/api/v1/events?fieldSelector=involvedObject.name%3Dn1").json
            #expect(found["items"]?.arrayValue?.count == 1)
        }
    }
}
