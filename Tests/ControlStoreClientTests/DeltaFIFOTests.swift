import ClusterModel
import Testing

@testable import ControlStoreClient

struct DeltaFIFOTests {
    private typealias Queue = DeltaFIFO<String>

    /// What stands in an entry, as text: A added, U updated, D deleted, R replaced, S sync.
    private static func text(_ deltas: [Queue.Delta]) -> String {
        deltas.map { delta in
            switch delta {
            case .added(let object): "A\(object)"
            case .updated(let object): "U\(object)"
            case .deleted(let object): "D\(object ?? "?")"
            case .replaced(let object): "R\(object)"
            case .sync(let object): "S\(object)"
            }
        }.joined(separator: " ")
    }

    private static func key(_ name: String) -> ObjectKey { ObjectKey(name: name) }

    private static func drain(_ queue: inout Queue) -> [String] {
        var result: [String] = []
        while let (key, deltas) = queue.pop() { result.append("\(key): \(text(deltas))") }
        return result
    }

    /// Several things that happen to one object before its entry is taken.
    @Test(arguments: [
        ("A1", "A1"), ("A1 U2", "A2"), ("A1 U2 U3", "A3"), ("U1 U2", "U2"), ("A1 D1", "D1"), ("U1 D2", "D2"),
        ("D1 A2", "D1 A2"), ("D1 A2 U3", "D1 A3"), ("D1 A2 D2", "D1"), ("D1 A2 U3 D3 A4", "D1 A4"),
        ("D1 D2", "D2"), ("S1 U2", "U2"), ("S1 D1", "D1"), ("A1 D1 A2 D2 A3 D3 A4", "D1 A4"),
    ])
    func changesOfOneObjectCoalesce(happened: String, entry: String) throws {
        var queue = Queue()
        for word in happened.split(separator: " ") {
            let object = String(word.dropFirst())
            switch word.first {
            case "A": queue.add(object, key: Self.key("x"))
            case "U": queue.update(object, key: Self.key("x"))
            case "D": queue.delete(object, key: Self.key("x"))
            default: queue.resync([(key: Self.key("x"), value: object)])
            }
        }
        #expect(queue.count == 1)
        let popped = queue.pop()
        let deltas = try #require(popped).deltas
        #expect(Self.text(deltas) == entry)
        #expect(deltas.count <= 2)
        #expect(queue.pop() == nil)
    }

    @Test func entriesAreTakenInTheOrderInWhichObjectsFirstChanged() {
        var queue = Queue()
        queue.add("1", key: Self.key("b"))
        queue.add("1", key: Self.key("a"))
        queue.update("2", key: Self.key("b"))
        #expect(Self.drain(&queue) == ["b: A2", "a: A1"])
    }

    @Test func aListDeletesWhatItLacks() {
        var queue = Queue()
        queue.update("2", key: Self.key("queued"))
        queue.replace(
            with: [(Self.key("a"), "1"), (Self.key("b"), "1")],
            known: [Self.key("a"), Self.key("gone"), Self.key("queued")]
        )
        #expect(Self.drain(&queue) == ["queued: D?", "a: R1", "b: R1", "gone: D?"])
    }

    @Test func syncedOnceTheFirstListIsTaken() {
        var queue = Queue()
        #expect(!queue.hasSynced)
        queue.replace(with: [(Self.key("a"), "1"), (Self.key("b"), "1")], known: [])
        queue.add("1", key: Self.key("later"))
        #expect(!queue.hasSynced)
        _ = queue.pop()
        #expect(!queue.hasSynced)
        _ = queue.pop()
        #expect(queue.hasSynced)
        queue.replace(with: [(Self.key("a"), "2")], known: [Self.key("a")])
        #expect(queue.hasSynced)
    }

    @Test func anEmptyFirstListIsSyncedAtOnce() {
        var queue = Queue()
        queue.replace(with: [], known: [])
        #expect(queue.hasSynced)
    }

    @Test func resyncLeavesOutWhatWaitsAnyway() {
        var queue = Queue()
        queue.update("2", key: Self.key("a"))
        queue.resync([(key: Self.key("a"), value: "1"), (key: Self.key("b"), value: "1")])
        #expect(Self.drain(&queue) == ["a: U2", "b: S1"])
    }

    @Test func manyEntriesKeepTheirOrderWhileTheQueueIsCompacted() {
        var queue = Queue()
        var taken: [Int] = []
        for number in 0..<10_000 {
            queue.add("1", key: Self.key("\(number)"))
            if number % 3 != 0, let (key, _) = queue.pop() { taken.append(Int(key.name) ?? -1) }
        }
        while let (key, _) = queue.pop() { taken.append(Int(key.name) ?? -1) }
        #expect(taken == Array(0..<10_000))
    }
}
