import ClusterModel
import Testing

@testable import ControlStoreClient

struct IndexedStoreTests {
    private static func store() -> IndexedStore<String> {
        var store = IndexedStore<String>(indexers: ["letter": { $0.map { String($0) } }])
        store.set("ab", for: ObjectKey(name: "1"))
        store.set("bc", for: ObjectKey(name: "2"))
        return store
    }

    @Test func objectsAreFoundByEachValueOfTheIndex() {
        let store = Self.store()
        #expect(store.objects(index: "letter", value: "a") == ["ab"])
        #expect(store.objects(index: "letter", value: "b") == ["ab", "bc"])
        #expect(store.objects(index: "letter", value: "z").isEmpty)
        #expect(store.objects(index: "unknown", value: "a").isEmpty)
    }

    @Test func aChangeMovesTheObjectInTheIndex() {
        var store = Self.store()
        #expect(store.set("cd", for: ObjectKey(name: "1")) == "ab")
        #expect(store.keys(index: "letter", value: "a").isEmpty)
        #expect(store.keys(index: "letter", value: "c") == [ObjectKey(name: "1"), ObjectKey(name: "2")])
        #expect(store.count == 2)
    }

    @Test func nothingIsLeftOfWhatIsRemoved() {
        var store = Self.store()
        #expect(store.remove(ObjectKey(name: "1")) == "ab")
        #expect(store.remove(ObjectKey(name: "1")) == nil)
        #expect(store.values(index: "letter") == ["b", "c"])
        store.remove(ObjectKey(name: "2"))
        #expect(store.values(index: "letter").isEmpty)
        #expect(store.objects.isEmpty)
    }

    @Test func aCopyIsASnapshot() {
        var store = Self.store()
        let snapshot = store
        store.remove(ObjectKey(name: "1"))
        #expect(snapshot.count == 2)
        #expect(snapshot.objects(index: "letter", value: "a") == ["ab"])
    }
}
