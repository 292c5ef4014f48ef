import HTTPTypes
import Hummingbird
import JSONTree
import Testing

struct MetaRequestTests {
    @Test(arguments: ["/healthz", "/livez", "/readyz", "/readyz/ping"])
    func healthIsOk(path: String) async throws {
        try await TestServer.run { server in
            let answer = try await server.get(path)
            #expect(answer.code == 200)
            #expect(answer.text == "ok")
        }
    }

    @Test func everyResourceIsDiscoverable() async throws {
        try await TestServer.run { server in
            #expect(try await server.get("/api").json["versions"] == ["v1"])
            let groups = try await server.get("/apis").json["groups"]?.arrayValue ?? []
            var found: Set<String> = []
            var paths = ["/api/v1"]
            for group in groups {
                let version = group[path: "preferredVersion", "groupVersion"]?.stringValue ?? ""
                paths.append("/apis/\(version)")
                let name = group["name"]?.stringValue ?? ""
                #expect(try await server.get("/apis/\(name)").json["name"] == .string(name))
            }
            for path in paths {
                let list = try await server.get(path).json
                #expect(list["kind"] == "APIResourceList")
                for resource in list["resources"]?.arrayValue ?? [] {
                    found.insert(resource["name"]?.stringValue ?? "")
                }
            }
            #expect(
                found.isSuperset(of: [
                    "namespaces", "namespaces/status", "namespaces/finalize", "nodes", "nodes/status", "pods",
                    "pods/status", "services", "services/status", "events", "endpointslices", "networkpolicies",
                    "leases",
                ])
            )
            #expect(try await server.get("/apis/unknown").code == 404)
            #expect(try await server.get("/apis/apps/v1/deployments").text == "404 page not found\n")
        }
    }

    @Test func versionAndMetricsAreTold() async throws {
        try await TestServer.run { server in
            #expect(try await server.get("/version").json["gitVersion"]?.stringValue?.hasPrefix("v1.") == true)
            try await server.makeService("web")
            let metrics = try await server.get("/metrics").text
            #expect(metrics.contains("weft_store_objects{resource=\"services\"} 2"))
            let line = "weft_store_requests_total{verb=\"create\",resource=\"services\",code=\"201\"} 1"
            let sorted = "weft_store_requests_total{code=\"201\",resource=\"services\",verb=\"create\"} 1"
            #expect(metrics.contains(line) || metrics.contains(sorted))
        }
    }

    @Test func headHasNoBodyAndOpenAPIIsEmpty() async throws {
        try await TestServer.run { server in
            let head = try await server.send(.head, "/api/v1/services")
            #expect(head.code == 200)
            #expect(head.text.isEmpty)
            #expect(try await server.get("/api/v1/services").code == 200)
            let document = try await server.get("/openapi/v2")
            #expect(document.code == 200)
            #expect(document.text.isEmpty)
        }
    }

    @Test func formsAreNegotiated() async throws {
        try await TestServer.run { server in
            try await server.makeService("web")
            let path = "/api/v1/namespaces/default/services/web"
            let table = try await server.get(
                path,
                accept: "application/json;as=Table;v=v1;g=meta.k8s.io,application/json"
            ).json
            #expect(table["kind"] == "Table")
            let columns = table["columnDefinitions"]?.arrayValue?.compactMap { $0["name"]?.stringValue }
            #expect(columns == ["Name", "Type", "Cluster-IP", "External-IP", "Port(s)", "Age", "Selector"])
            let cells = table["rows"]?[0]?["cells"]
            #expect(cells?[0] == "web")
            #expect(cells?[4] == "80/TCP")
            #expect(table["rows"]?[0]?["object"]?["kind"] == "PartialObjectMetadata")
            let metadata = try await server.get(
                "/api/v1/services",
                accept: "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1"
            )
            #expect(metadata.json["kind"] == "PartialObjectMetadataList")
            #expect(metadata.json["items"]?[0]?["spec"] == nil)
            #expect(try await server.get(path, accept: "application/vnd.kubernetes.protobuf").code == 406)
            #expect(try await server.get(path, accept: "application/vnd.kubernetes.protobuf, */*").code == 200)
            #expect(try await server.get("\(path)?pretty=true").text.contains("\n  \"kind\": \"Service\""))
        }
    }
}
