import ClusterModel
import JSONTree
import Synchronization
import Testing

@testable import ControlStore

struct ObjectStoreTests {
    private let webSpec: JSONValue = ["spec": ["ports": [["port": 80]]]]

    @Test func firstObjectsAreThere() async throws {
        try await withStore { store in
            let namespaces = try await store.list(.namespace).objects.map(\.key.name)
            #expect(namespaces == ["default", "kube-node-lease", "kube-public", "kube-system"])
            let service = try await store.get(.service, ObjectKey(namespace: "default", name: "kubernetes"))
            #expect(service.json[path: "spec", "clusterIP"] == "10.96.0.1")
            #expect(store.revision == 5)
        }
    }

    @Test func createdObjectIsStampedAndFound() async throws {
        try await withStore { store in
            let object = try await store.make(.service, "web", webSpec)
            #expect(object.json[path: "metadata", "resourceVersion"] == .string(String(store.revision)))
            #expect(object.uid.count == 36)
            #expect(try await store.get(.service, object.key).bytes == object.bytes)
            #expect(await errorCode { try await store.make(.service, "web", webSpec) } == .alreadyExists)
        }
    }

    @Test func generatedNamesAreUnique() async throws {
        try await withStore { store in
            var names: Set<String> = []
            for _ in 0..<20 {
                let json: JSONValue = ["metadata": ["generateName": "web-"], "spec": webSpec["spec"] ?? [:]]
                names.insert(try await store.create(.service, namespace: "default", json).object.key.name)
            }
            #expect(names.count == 20)
            #expect(names.allSatisfy { $0.hasPrefix("web-") && $0.count == 9 })
        }
    }

    @Test func namespaceMustBeThere() async throws {
        try await withStore { store in
            let error = await #expect(throws: StoreError.self) {
                try await store.make(.service, "web", in: "no", webSpec)
            }
            #expect(error?.status.message == "namespaces \"no\" not found")
            #expect(error?.status.code == 404)
        }
    }

    @Test func staleRevisionIsAConflictAndNoneIsNot() async throws {
        try await withStore { store in
            let first = try await store.make(.service, "web", webSpec)
            try await store.merge(.service, "web", ["metadata": ["labels": ["a": "b"]]])
            let error = await #expect(throws: StoreError.self) {
                try await store.update(.service, first.key, first.json)
            }
            #expect(error?.status.code == 409)
            #expect(error?.status.reason == "Conflict")
            var free = first.json
            free[path: "metadata", "resourceVersion"] = nil
            let result = try await store.update(.service, first.key, free)
            #expect(!result.isCreated)
            #expect(result.object.labels.isEmpty)
            #expect(result.object.json[path: "spec", "clusterIP"] == first.json[path: "spec", "clusterIP"])
        }
    }

    @Test func unchangedWriteKeepsTheRevision() async throws {
        try await withStore { store in
            let first = try await store.make(.service, "web", labels: ["a": "b"], webSpec)
            #expect(try await store.update(.service, first.key, first.json).object.revision == first.revision)
            #expect(
                try await store.merge(.service, "web", ["metadata": ["labels": ["a": "b"]]]).revision == first.revision
            )
            #expect(store.revision == first.revision)
        }
    }

    @Test func putOfAMissingObjectDependsOnTheKind() async throws {
        try await withStore { store in
            let lease: JSONValue = ["metadata": ["name": "n1"], "spec": ["holderIdentity": "n1"]]
            let key = ObjectKey(namespace: "default", name: "n1")
            let first = try await store.update(.lease, key, lease)
            let second = try await store.update(.lease, key, lease)
            #expect(first.isCreated)
            #expect(!second.isCreated)
            let missing = ObjectKey(name: "n9")
            #expect(
                await errorCode { _ = try await store.update(.node, missing, ["metadata": ["name": "n9"]]) }
                    == .notFound
            )
            let other: JSONValue = ["metadata": ["name": "other"], "spec": [:]]
            #expect(await errorCode { _ = try await store.update(.lease, key, other) } == .badRequest)
        }
    }

    @Test func statusAndSpecAreSeparate() async throws {
        try await withStore { store in
            try await store.make(
                .node,
                "n1",
                ["status": ["addresses": [["type": "InternalIP", "address": "1.2.3.4"]]]]
            )
            let address: JSONValue = ["type": "InternalIP", "address": "10.0.0.1"]
            let after = try await store.merge(
                .node,
                "n1",
                part: .status,
                ["status": ["addresses": [address]], "spec": ["unschedulable": true]]
            )
            #expect(after.json[path: "status", "addresses"] == [address])
            #expect(after.json[path: "spec", "unschedulable"] == nil)
            let spec = try await store.merge(
                .node,
                "n1",
                ["spec": ["unschedulable": true], "status": ["addresses": nil as JSONValue? ?? .null]]
            )
            #expect(spec.json[path: "status", "addresses"] == [address])
            #expect(spec.json[path: "spec", "unschedulable"] == true)
        }
    }

    @Test func patchWithARevisionConflictsAndWithoutWins() async throws {
        try await withStore { store in
            let first = try await store.make(.service, "web", webSpec)
            try await store.merge(.service, "web", ["metadata": ["labels": ["x": "1"]]])
            let stale: JSONValue = [
                "metadata": ["resourceVersion": .string(String(first.revision)), "labels": ["x": "2"]]
            ]
            #expect(await errorCode { try await store.merge(.service, "web", stale) } == .conflict)
            // Patches race without losing any of them.
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<6 {
                    let labels = JSONValue.object(JSONObject([("l\(number)", "y" as JSONValue)]))
                    group.addTask { try await store.merge(.service, "web", ["metadata": ["labels": labels]]) }
                }
                try await group.waitForAll()
            }
            let labels = try await store.get(.service, first.key).labels
            #expect(labels.count == 7)
        }
    }

    @Test func dryRunKeepsNothing() async throws {
        try await withStore { store in
            var options = WriteOptions()
            options.isDryRun = true
            let before = store.revision
            var service: JSONValue = webSpec
            service["metadata"] = ["name": "web"]
            let preview = try await store.create(.service, namespace: "default", service, options: options).object
            #expect(preview.json[path: "spec", "clusterIP"]?.stringValue?.hasPrefix("10.96.") == true)
            #expect(preview.json[path: "metadata", "resourceVersion"] == nil)
            #expect(store.revision == before)
            #expect(store.find(.service, preview.key) == nil)
            try await store.make(.service, "web", webSpec)
            var deletion = DeleteOptions()
            deletion.isDryRun = true
            _ = try await store.delete(.service, preview.key, deletion)
            #expect(store.find(.service, preview.key) != nil)
        }
    }

    @Test func podOnANodeEndsInTwoSteps() async throws {
        try await withStore { store in
            let spec: JSONValue = ["spec": ["nodeName": "n1", "containers": [["name": "c", "image": "i"]]]]
            let pod = try await store.make(.pod, "p", spec)
            let first = try await store.delete(.pod, pod.key)
            #expect(!first.isGone)
            #expect(first.object.json[path: "metadata", "deletionGracePeriodSeconds"] == 30)
            let again = try await store.delete(.pod, pod.key)
            #expect(again.object.revision == first.object.revision)
            var now = DeleteOptions()
            now.gracePeriodSeconds = 0
            #expect(try await store.delete(.pod, pod.key, now).isGone)
            #expect(await errorCode { _ = try await store.delete(.pod, pod.key, now) } == .notFound)
            // Without a node there is nobody to wait for.
            let free = try await store.make(.pod, "q", ["spec": ["containers": [["name": "c", "image": "i"]]]])
            #expect(try await store.delete(.pod, free.key).isGone)
        }
    }

    @Test func finalizersHoldAnObjectUntilTheLastIsGone() async throws {
        try await withStore { store in
            var service: JSONValue = webSpec
            service["metadata"] = ["name": "web", "finalizers": ["example.com/a", "example.com/b"]]
            let object = try await store.create(.service, namespace: "default", service).object
            let result = try await store.delete(.service, object.key)
            #expect(!result.isGone)
            #expect(store.find(.service, object.key)?.isBeingDeleted == true)
            try await store.merge(.service, "web", ["metadata": ["finalizers": ["example.com/b"]]])
            #expect(store.find(.service, object.key) != nil)
            try await store.merge(.service, "web", ["metadata": ["finalizers": []]])
            #expect(store.find(.service, object.key) == nil)
        }
    }

    @Test func deletePreconditionsAreKept() async throws {
        try await withStore { store in
            let object = try await store.make(.service, "web", webSpec)
            var options = DeleteOptions()
            options.uid = "another"
            #expect(await errorCode { _ = try await store.delete(.service, object.key, options) } == .conflict)
            options.uid = object.uid
            options.revision = object.revision - 1
            #expect(await errorCode { _ = try await store.delete(.service, object.key, options) } == .conflict)
            options.revision = object.revision
            #expect(try await store.delete(.service, object.key, options).isGone)
        }
    }

    @Test func addressesAreFreeAgainAfterDeletionAndKeptOverARestart() async throws {
        try await withDirectory { directory in
            var store = try await openStore(at: directory)
            let first = try await store.make(
                .service,
                "a",
                ["spec": ["clusterIP": "10.96.7.7", "ports": [["port": 1]]]]
            )
            try await store.make(.node, "n1")
            try await store.make(.node, "n2")
            _ = try await store.delete(.node, ObjectKey(name: "n1"))
            try await store.close()
            store = try await openStore(at: directory)
            let wanted: JSONValue = ["spec": ["clusterIP": "10.96.7.7", "ports": [["port": 1]]]]
            #expect(await errorCode { try await store.make(.service, "b", wanted) } == .invalid)
            _ = try await store.delete(.service, first.key)
            try await store.make(.service, "b", wanted)
            let node = try await store.make(.node, "n3")
            #expect(node.json[path: "spec", "podCIDR"] == "10.244.0.0/24")
            try await store.close()
        }
    }

    @Test func nodesWithoutAddressesLeftAreRefused() async throws {
        try await withStore { store in
            store.fillNodeRange()
            let error = await #expect(throws: StoreError.self) { try await store.make(.node, "n1") }
            #expect(error?.status.code == 422)
            #expect(error?.status.message.contains("no pod addresses are left") == true)
        }
    }
}

extension ObjectStore {
    /// Gives all pod addresses out.
    fileprivate func fillNodeRange() {
        state.withLock { state in
            var node: JSONValue = ["spec": ["podCIDR": "10.244.0.0/16"]]
            try? state.nodes.allocate(&node, replacing: nil)
        }
    }
}
