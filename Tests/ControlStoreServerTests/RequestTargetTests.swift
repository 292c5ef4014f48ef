import ClusterModel
import Testing

@testable import ControlStoreServer

struct RequestTargetTests {
    private func path(_ kind: ResourceKind, _ namespace: String? = nil, group: String? = nil)
        -> RequestTarget.ResourcePath
    {
        let served = ResourceKind.GroupVersion(group: group ?? kind.group, version: "v1")
        return RequestTarget.ResourcePath(kind: kind, served: served, namespace: namespace)
    }

    @Test func pathsNameWhatTheyMean() {
        let cases: [(String, RequestTarget)] = [
            ("/", .root), ("/healthz", .health), ("/livez/ping", .health), ("/version", .version),
            ("/version/x", .unknown),
            ("/metrics", .metrics), ("/api", .coreVersions), ("/api/", .coreVersions), ("/apis", .groups),
            ("/apis/discovery.k8s.io", .group("discovery.k8s.io")), ("/apis/apps", .unknown),
            ("/apis/apps/v1", .unknown),
            ("/api/v1", .resources(.init(group: "", version: "v1"))), ("/api/v2", .unknown),
            ("/api/v1/nodes", .collection(path(.node))), ("/api/v1/nodes/n1", .object(path(.node), name: "n1", nil)),
            ("/api/v1/nodes/n1/status", .object(path(.node), name: "n1", .status)),
            ("/api/v1/namespaces", .collection(path(.namespace))),
            ("/api/v1/namespaces/a", .object(path(.namespace), name: "a", nil)),
            ("/api/v1/namespaces/a/status", .object(path(.namespace), name: "a", .status)),
            ("/api/v1/namespaces/a/finalize", .object(path(.namespace), name: "a", .finalize)),
            ("/api/v1/namespaces/a/services", .collection(path(.service, "a"))),
            ("/api/v1/services", .collection(path(.service))), ("/api/v1/services/a", .unknownResource),
            ("/api/v1/namespaces/a/services/web", .object(path(.service, "a"), name: "web", nil)),
            ("/api/v1/namespaces/a/services/web/finalize", .unknownResource),
            ("/api/v1/namespaces/a/nodes", .unknownResource), ("/api/v1/widgets", .unknownResource),
            (
                "/apis/discovery.k8s.io/v1/namespaces/a/endpointslices/x%2Dy",
                .object(path(.endpointSlice, "a"), name: "x-y", nil)
            ),
            ("/apis/events.k8s.io/v1/events", .collection(path(.event, group: "events.k8s.io"))),
            ("/nonsense", .unknown),
        ]
        for (text, target) in cases { #expect(RequestTarget(path: text) == target, "\(text)") }
    }

    @Test(arguments: [
        ("a=b&c=d", "c", "d"), ("a=b+c%20d", "a", "b c d"), ("watch", "watch", ""), ("a=%zz%4", "a", "%zz%4"),
        ("a=1&a=2", "a", "1"), ("labelSelector=app%3Dweb%2C%21x", "labelSelector", "app=web,!x"),
    ])
    func parametersAreDecoded(query: String, name: String, value: String) {
        #expect(QueryParameters(query)[name] == value)
    }

    @Test func flagsAreReadAsGoReadsThem() {
        let parameters = QueryParameters("a=true&b=1&c&d=false&e=0")
        #expect(["a", "b", "c", "d", "e", "f"].map { parameters.flag($0) } == [true, true, true, false, false, false])
    }
}

struct ListenAddressTests {
    @Test(arguments: ["127.0.0.1:8080", "127.9.9.9:1", "[::1]:8080", "127.0.0.1:0", "unix:/run/x.sock"])
    func loopbackAndSocketsAreTaken(text: String) throws {
        #expect(try ListenAddress(text).description == text)
    }

    @Test(arguments: [
        "0.0.0.0:8080", "10.0.0.1:80", "[::]:80", "[fd00::1]:80", "[::ffff:10.0.0.1]:80", "localhost:80", "127.0.0.1",
        "127.0.0.1:65536", "::1:80", "unix:relative", "",
    ])
    func everythingElseIsRefused(text: String) {
        let error = #expect(throws: ServerError.self) { try ListenAddress(text) }
        #expect(error?.description.hasPrefix("can't listen on") == true)
    }
}
