import ClusterModel
import Testing

struct ResourceKindTests {
    static let paths: [(ResourceKind, String?, String)] = [
        (.service, nil, "/api/v1/services"), (.service, "shop", "/api/v1/namespaces/shop/services"),
        (.node, "ignored", "/api/v1/nodes"), (.namespace, nil, "/api/v1/namespaces"),
        (.endpointSlice, "a", "/apis/discovery.k8s.io/v1/namespaces/a/endpointslices"),
        (.networkPolicy, nil, "/apis/networking.k8s.io/v1/networkpolicies"),
        (.lease, "kube-node-lease", "/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases"),
    ]

    @Test(arguments: paths) func collectionsHaveTheirPaths(kind: ResourceKind, namespace: String?, path: String) {
        #expect(kind.collectionPath(namespace: namespace) == path)
        #expect(kind.objectPath(namespace: namespace, name: "x") == path + "/x")
    }

    @Test func everyKindIsFoundByItsPathAndByItsObjects() {
        for kind in ResourceKind.all {
            #expect(ResourceKind.find(group: kind.group, version: kind.version, plural: kind.plural) == kind)
            #expect(ResourceKind.find(apiVersion: kind.apiVersion, kind: kind.kind) == kind)
        }
        #expect(ResourceKind.all.count == 8)
        #expect(ResourceKind.find(group: "events.k8s.io", version: "v1", plural: "events") == .event)
        #expect(ResourceKind.find(apiVersion: "events.k8s.io/v1", kind: "Event") == .event)
        #expect(ResourceKind.find(group: "", version: "v1", plural: "endpointslices") == nil)
        #expect(ResourceKind.find(group: "", version: "v2", plural: "services") == nil)
        #expect(ResourceKind.find(apiVersion: "apps/v1", kind: "Service") == nil)
    }

    @Test func groupVersionsAreListedOnceTheCoreGroupFirst() {
        #expect(
            ResourceKind.groupVersions.map(\.description) == [
                "v1", "events.k8s.io/v1", "discovery.k8s.io/v1", "networking.k8s.io/v1", "coordination.k8s.io/v1",
            ]
        )
    }

    @Test func messagesNameTheGroup() {
        #expect(ResourceKind.service.qualifiedPlural == "services")
        #expect(ResourceKind.endpointSlice.qualifiedPlural == "endpointslices.discovery.k8s.io")
        #expect(ResourceKind.networkPolicy.listKind == "NetworkPolicyList")
        #expect(ResourceKind.networkPolicy.singular == "networkpolicy")
    }

    @Test func onlySomeKindsAreCreatedByPut() {
        #expect(ResourceKind.all.filter(\.updateMayCreate) == [.service, .event, .lease])
        #expect(ResourceKind.all.filter(\.hasStatus) == [.namespace, .node, .pod, .service])
    }

    @Test func keysAreReadAndSortedAsListsAre() {
        #expect(ObjectKey("shop/web") == ObjectKey(namespace: "shop", name: "web"))
        #expect(ObjectKey("node-1")?.description == "node-1")
        #expect(ObjectKey("a/b/c") == nil && ObjectKey("/b") == nil && ObjectKey("") == nil)
        let keys = ["b/a", "a/b", "a/a", "a-b/a"].compactMap { ObjectKey($0) }
        #expect(keys.sorted().map(\.description) == ["a/a", "a/b", "a-b/a", "b/a"])
    }
}
