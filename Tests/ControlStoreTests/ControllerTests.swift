import ClusterModel
import JSONTree
import Testing

@testable import ControlStore

struct ControllerTests {
    private let serviceSpec: JSONValue = ["spec": ["selector": ["app": "web"], "ports": [["port": 80]]]]
    private let podSpec: JSONValue = ["spec": ["nodeName": "n1", "containers": [["name": "c", "image": "i"]]]]

    private func addresses(_ store: ObjectStore, of service: String) async throws -> [String] {
        let selection = ObjectSelection(labels: try LabelSelector(query: "kubernetes.io/service-name=\(service)"))
        return try await store.list(.endpointSlice, selection).objects.flatMap { object in
            EndpointSlice(unchecked: object.json).endpoints.filter(\.isReady).flatMap(\.addresses)
        }
    }

    private func run(_ store: ObjectStore, pod name: String, at address: String) async throws {
        try await store.make(.pod, name, labels: ["app": "web"], podSpec)
        try await store.merge(
            .pod,
            name,
            part: .status,
            [
                "status": [
                    "phase": "Running", "podIP": .string(address), "podIPs": [["ip": .string(address)]],
                    "conditions": [["type": "Ready", "status": "True"]],
                ]
            ]
        )
    }

    @Test func slicesFollowThePods() async throws {
        try await withStore(isRunning: true) { store in
            try await store.make(.service, "web", serviceSpec)
            for number in 1...5 { try await run(store, pod: "p\(number)", at: "10.244.0.\(number)") }
            #expect(try await eventually { try await addresses(store, of: "web").count == 5 })
            _ = try await store.delete(.pod, ObjectKey(namespace: "default", name: "p3"))
            #expect(try await eventually { try await !addresses(store, of: "web").contains("10.244.0.3") })
            #expect(try await addresses(store, of: "web").count == 4)
            #expect(store.count(of: .endpointSlice) == 1)
            _ = try await store.delete(.service, ObjectKey(namespace: "default", name: "web"))
            #expect(try await eventually { store.count(of: .endpointSlice) == 0 })
        }
    }

    @Test func whatIsThereAtTheStartIsSeen() async throws {
        try await withDirectory { directory in
            var store = try await openStore(at: directory)
            try await store.make(.service, "web", serviceSpec)
            try await run(store, pod: "p1", at: "10.244.0.1")
            try await store.close()
            store = try await openStore(at: directory)
            let loop = Task { [store] in await store.run() }
            #expect(try await eventually { try await addresses(store, of: "web") == ["10.244.0.1"] })
            loop.cancel()
            try await store.close()
        }
    }

    @Test func slicesOfOthersAreLeftAlone() async throws {
        try await withStore(isRunning: true) { store in
            let labels = [
                EndpointSlice.serviceNameLabel: "web", EndpointSlice.managedByLabel: "endpointslice-controller.k8s.io",
            ]
            let foreign = try await store.make(
                .endpointSlice,
                "web-other",
                labels: labels,
                ["addressType": "IPv4", "endpoints": [], "ports": []]
            )
            try await store.make(.service, "web", serviceSpec)
            #expect(try await eventually { store.count(of: .endpointSlice) == 2 })
            _ = try await store.delete(.service, ObjectKey(namespace: "default", name: "web"))
            #expect(try await eventually { store.count(of: .endpointSlice) == 1 })
            #expect(store.find(.endpointSlice, foreign.key)?.revision == foreign.revision)
        }
    }

    @Test func objectsGoWithTheirOwners() async throws {
        try await withStore(isRunning: true) { store in
            let owner = Service(
                unchecked: try await store.make(.service, "owner", ["spec": ["ports": [["port": 1]]]]).json
            )
            func make(_ name: String, _ references: [JSONValue]) async throws {
                let json: JSONValue = [
                    "metadata": ["name": .string(name), "ownerReferences": .array(references)], "spec": [:],
                ]
                _ = try await store.create(.lease, namespace: "default", json)
            }
            let reference = OwnerReference(to: owner, isController: true).json
            var unknown = reference
            unknown["kind"] = "Deployment"
            unknown["apiVersion"] = "apps/v1"
            unknown["controller"] = false
            try await make("owned", [reference])
            try await make("shared", [reference, unknown])
            _ = try await store.delete(.service, owner.key)
            #expect(try await eventually { store.find(.lease, ObjectKey(namespace: "default", name: "owned")) == nil })
            #expect(store.find(.lease, ObjectKey(namespace: "default", name: "shared")) != nil)
            // One that comes too late goes, too.
            try await make("late", [reference])
            #expect(try await eventually { store.find(.lease, ObjectKey(namespace: "default", name: "late")) == nil })
        }
    }

    @Test func namespaceGoesWithItsContents() async throws {
        try await withStore(isRunning: true) { store in
            try await store.make(.namespace, "shop")
            try await store.make(.service, "web", in: "shop", serviceSpec)
            try await store.make(.pod, "free", in: "shop", ["spec": ["containers": [["name": "c", "image": "i"]]]])
            let bound = try await store.make(.pod, "bound", in: "shop", podSpec)
            let result = try await store.delete(.namespace, ObjectKey(name: "shop"))
            #expect(!result.isGone)
            #expect(result.object.json[path: "status", "phase"] == "Terminating")
            let error = await #expect(throws: StoreError.self) {
                try await store.make(.service, "late", in: "shop", serviceSpec)
            }
            #expect(error?.status.code == 403)
            #expect(error?.status.causes.first?.reason == "NamespaceTerminating")
            // The pod on a node has its time; the namespace waits for it.
            #expect(try await eventually { store.find(.pod, bound.key)?.isBeingDeleted == true })
            #expect(try await eventually { store.find(.service, ObjectKey(namespace: "shop", name: "web")) == nil })
            #expect(store.find(.namespace, ObjectKey(name: "shop")) != nil)
            var now = DeleteOptions()
            now.gracePeriodSeconds = 0
            _ = try await store.delete(.pod, bound.key, now)
            #expect(try await eventually { store.find(.namespace, ObjectKey(name: "shop")) == nil })
        }
    }

    @Test func oldEventsAreDeleted() async throws {
        try await withStore { store in
            func event(_ name: String, _ time: Timestamp) async throws {
                try await store.make(
                    .event,
                    name,
                    [
                        "involvedObject": ["kind": "Node", "name": "n1", "namespace": "default"], "reason": "R",
                        "message": "m", "type": "Normal", "lastTimestamp": .string(time.description),
                    ]
                )
            }
            let now = Timestamp.now()
            try await event("old", now)
            try await event("young", now.advanced(by: .seconds(1000)))
            await store.expireEvents(now: now.advanced(by: .seconds(4000)))
            #expect(try await store.list(.event).objects.map(\.key.name) == ["young"])
        }
    }
}
