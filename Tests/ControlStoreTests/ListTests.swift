import ClusterModel
import JSONTree
import Testing

@testable import ControlStore

struct ListTests {
    private func makeServices(_ store: ObjectStore, _ count: Int) async throws {
        for number in 0..<count {
            let labels = number % 2 == 0 ? ["even": "yes"] : [:]
            try await store.make(.service, "s\(number)", labels: labels, ["spec": ["ports": [["port": 1]]]])
        }
    }

    @Test func pagesAreOfOneRevision() async throws {
        try await withStore { store in
            try await makeServices(store, 7)
            var options = ListOptions()
            options.limit = 3
            let selection = ObjectSelection(namespace: "default")
            var page = try await store.list(.service, selection, options)
            let revision = page.revision
            #expect(page.remaining == 5)
            var names = page.objects.map(\.key.name)
            // What happens in between is in no page.
            _ = try await store.delete(.service, ObjectKey(namespace: "default", name: "s5"))
            try await store.make(.service, "zzz", ["spec": ["ports": [["port": 1]]]])
            while let token = page.continuation {
                options.continuation = token
                page = try await store.list(.service, selection, options)
                #expect(page.revision == revision)
                names += page.objects.map(\.key.name)
            }
            #expect(names == ["kubernetes", "s0", "s1", "s2", "s3", "s4", "s5", "s6"])
        }
    }

    @Test func expiredPageOffersAWayOn() async throws {
        try await withStore(configure: { $0.history.events = 4 }) { store in
            try await makeServices(store, 4)
            var options = ListOptions()
            options.limit = 2
            let page = try await store.list(.service, ObjectSelection(), options)
            for number in 0..<9 {
                try await store.merge(.service, "s1", ["metadata": ["labels": ["n": .string("\(number)")]]])
            }
            options.continuation = page.continuation
            let error = await #expect(throws: StoreError.self) {
                try await store.list(.service, ObjectSelection(), options)
            }
            #expect(error?.status.code == 410)
            options.continuation = error.flatMap { ContinueToken($0.status.continueToken) }
            #expect(options.continuation != nil)
            options.limit = 0
            let rest = try await store.list(.service, ObjectSelection(), options)
            #expect(rest.objects.map(\.key.name) == ["s1", "s2", "s3"])
        }
    }

    @Test func anyStateIgnoresTheLimit() async throws {
        try await withStore { store in
            try await makeServices(store, 5)
            var options = ListOptions()
            options.limit = 2
            options.revision = 0
            #expect(try await store.list(.service, ObjectSelection(), options).objects.count == 6)
        }
    }

    @Test func exactStateIsThePast() async throws {
        try await withStore { store in
            try await makeServices(store, 2)
            let then = store.revision
            try await makeServices2(store)
            var options = ListOptions()
            options.revision = then
            options.match = .exact
            let past = try await store.list(.service, ObjectSelection(), options)
            #expect(past.revision == then)
            #expect(past.objects.map(\.key.name) == ["kubernetes", "s0", "s1"])
        }
    }

    private func makeServices2(_ store: ObjectStore) async throws {
        _ = try await store.delete(.service, ObjectKey(namespace: "default", name: "s0"))
        try await store.make(.service, "late", ["spec": ["ports": [["port": 1]]]])
    }

    @Test func futureRevisionTimesOut() async throws {
        try await withStore(configure: { $0.revisionWait = .milliseconds(30) }) { store in
            var options = ListOptions()
            options.revision = 9999
            let error = await #expect(throws: StoreError.self) {
                try await store.list(.service, ObjectSelection(), options)
            }
            #expect(error?.status.code == 504)
            #expect(error?.status.message == "Timeout: Too large resource version: 9999, current: 5")
            #expect(error?.status.causes.first?.reason == "ResourceVersionTooLarge")
        }
    }

    @Test func selectorsChoose() async throws {
        try await withStore { store in
            try await makeServices(store, 4)
            try await store.make(.pod, "p", ["spec": ["nodeName": "n1", "containers": [["name": "c", "image": "i"]]]])
            try await store.make(.pod, "q", ["spec": ["containers": [["name": "c", "image": "i"]]]])
            func names(_ kind: ResourceKind, labels: String = "", fields: String = "") async throws -> [String] {
                let selection = ObjectSelection(
                    labels: try LabelSelector(query: labels),
                    fields: try FieldSelector(query: fields, for: kind)
                )
                return try await store.list(kind, selection).objects.map(\.key.name)
            }
            #expect(try await names(.service, labels: "even=yes") == ["s0", "s2"])
            #expect(try await names(.service, labels: "!even") == ["kubernetes", "s1", "s3"])
            #expect(try await names(.service, fields: "metadata.name=s1") == ["s1"])
            #expect(try await names(.service, fields: "metadata.name!=s1,metadata.namespace=default").count == 4)
            #expect(try await names(.pod, fields: "spec.nodeName=n1") == ["p"])
            #expect(try await names(.pod, fields: "spec.nodeName!=n1,status.phase=Pending") == ["q"])
        }
    }
}
