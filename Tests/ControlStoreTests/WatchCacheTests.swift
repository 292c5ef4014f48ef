import ClusterModel
import JSONTree
import Testing

@testable import ControlStore

struct WatchCacheTests {
    private func cache(events: Int = 8192, bytes: Int = 32 << 20) -> WatchCache {
        var limits = WatchCache.Limits()
        limits.events = events
        limits.bytes = bytes
        return WatchCache(windowStart: 0, limits: limits)
    }

    private func names(_ objects: some Sequence<StoredObject>) -> [String] { objects.map(\.key.description) }

    @Test func objectsAreSortedByNamespaceAndName() {
        var cache = cache()
        for (index, (namespace, name)) in [("b", "x"), ("a", "z"), ("b", "a"), ("a", "y"), ("ab", "q")].enumerated() {
            cache.put(stored(name, in: namespace, at: Revision(index + 1)))
        }
        #expect(names(cache.objects(in: nil)) == ["a/y", "a/z", "ab/q", "b/a", "b/x"])
        #expect(names(cache.objects(in: "a")) == ["a/y", "a/z"])
        #expect(names(cache.objects(in: "b")) == ["b/a", "b/x"])
        #expect(cache.objects(in: "c").isEmpty)
    }

    @Test func eventsTellWhatHappened() throws {
        var cache = cache()
        cache.put(stored("x", at: 1))
        cache.put(stored("x", labels: ["a": "b"], at: 2))
        cache.remove(ObjectKey(namespace: "default", name: "x"), at: 3)
        cache.remove(ObjectKey(namespace: "default", name: "x"), at: 4)
        let events = try cache.events(after: 0)
        #expect(events.map(\.kind) == [.added, .modified, .deleted])
        #expect(events.map(\.revision) == [1, 2, 3])
        #expect(try cache.events(after: 2).map(\.kind) == [.deleted])
        #expect(try cache.events(after: 3).isEmpty)
        #expect(try cache.events(after: 0, limit: 2).count == 2)
        // The object in the deletion is the last state, at the revision of the deletion.
        let last = try JSONValue(parsing: events[2].object.bytes)
        #expect(last[path: "metadata", "resourceVersion"] == "3")
        #expect(last[path: "metadata", "labels"] == ["a": "b"])
    }

    @Test func historyIsBoundedByCount() throws {
        var cache = cache(events: 100)
        for revision in 1...1000 { cache.put(stored("x\(revision % 7)", at: Revision(revision))) }
        #expect(cache.windowStart == 900)
        #expect(try cache.events(after: 900, limit: .max).count == 100)
        let error = #expect(throws: StoreError.self) { try cache.events(after: 899) }
        #expect(error?.code == .expired)
        #expect(error?.status.message == "too old resource version: 899 (900)")
    }

    @Test func historyIsBoundedByBytesButNeverEmpty() throws {
        var cache = cache(bytes: 1)
        for revision in 1...1000 { cache.put(stored("x", at: Revision(revision))) }
        #expect(try cache.events(after: cache.windowStart, limit: .max).count == EventRing.minimum)
    }

    @Test func pastIsThePresentWithTheChangesUndone() throws {
        var cache = cache()
        var states: [Revision: [String]] = [0: []]
        for revision in 1...60 {
            let name = "p\(revision % 5)"
            let key = ObjectKey(namespace: "default", name: name)
            if revision % 3 == 0 {
                cache.remove(key, at: Revision(revision))
            } else {
                cache.put(stored(name, at: Revision(revision)))
            }
            states[Revision(revision)] = cache.objects(in: nil).map { "\($0.key.name)@\($0.revision)" }
        }
        for (revision, state) in states {
            let past = try cache.objects(in: nil, at: revision).map { "\($0.key.name)@\($0.revision)" }
            #expect(past == state)
        }
    }

    @Test func pastBeyondTheHistoryIsGone() {
        var cache = cache(events: 10)
        for revision in 1...100 { cache.put(stored("x", at: Revision(revision))) }
        let error = #expect(throws: StoreError.self) { try cache.objects(in: nil, at: 50) }
        #expect(error?.status.code == 410)
    }

    @Test func watcherSeesChangesFromItsSide() throws {
        let selection = ObjectSelection(labels: try LabelSelector(query: "app=web"))
        let plain = stored("x", at: 1)
        let web = stored("x", labels: ["app": "web"], at: 2)
        let other = stored("x", labels: ["app": "db"], at: 3)
        func seen(_ kind: WatchEvent.Kind, _ object: StoredObject, _ previous: StoredObject?) -> WatchEvent.Kind? {
            WatchEvent(kind: kind, object: object, previous: previous).seen(through: selection)?.kind
        }
        #expect(seen(.added, plain, nil) == nil)
        #expect(seen(.added, web, nil) == .added)
        #expect(seen(.modified, web, plain) == .added)
        #expect(seen(.modified, web, web) == .modified)
        #expect(seen(.modified, other, web) == .deleted)
        #expect(seen(.modified, other, plain) == nil)
        #expect(seen(.deleted, web.at(revision: 4), web) == .deleted)
        #expect(seen(.deleted, plain.at(revision: 4), plain) == nil)
        // One that ceases to match is shown as it was, at the new revision.
        let gone = WatchEvent(kind: .modified, object: other, previous: web).seen(through: selection)?.object
        #expect(gone?.revision == 3)
        #expect(gone?.labels["app"] == "web")
    }
}

struct StoredObjectTests {
    @Test func revisionIsPutInAndTakenOut() throws {
        let object = stored("x", at: 7)
        let json = try JSONValue(parsing: object.bytes)
        #expect(json[path: "metadata", "resourceVersion"] == "7")
        #expect(json["kind"] == "Pod")
        #expect(json["apiVersion"] == "v1")
        let later = object.at(revision: 123_456)
        #expect(later.value == object.value)
        #expect(later.json[path: "metadata", "resourceVersion"] == "123456")
        #expect(later.json[path: "metadata", "name"] == "x")
    }

    @Test func membersKeepTheirOrderAndUnknownOnesSurvive() throws {
        let json = try JSONValue(parsing: #"{"zeta":1,"metadata":{"name":"x","odd":[1]},"spec":{"b":1,"a":2}}"#)
        let text = String(decoding: ObjectText.value(of: json, kind: .node), as: UTF8.self)
        #expect(
            text
                == #"{"kind":"Node","apiVersion":"v1","metadata":{"name":"x","odd":[1]},"zeta":1,"spec":{"b":1,"a":2}}"#
        )
    }
}
