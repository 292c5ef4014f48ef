import JSONTree
import Testing

struct JSONObjectTests {
    static let sizes = [0, 1, 2, 15, 16, 17, 18, 100]

    static func object(_ size: Int) -> JSONObject {
        JSONObject((0..<size).map { ("key\($0)", JSONValue($0)) })
    }

    @Test(arguments: sizes) func keysKeepTheirOrder(size: Int) {
        var object = Self.object(size)
        #expect(object.keys == (0..<size).map { "key\($0)" })
        object["key0"] = "changed"
        object["last"] = 1
        let expected = (size == 0 ? ["key0"] : (0..<size).map { "key\($0)" }) + ["last"]
        #expect(object.keys == expected)
        #expect(object["key0"] == "changed")
        #expect(object.map(\.key) == expected)
    }

    @Test(arguments: sizes) func everyKeyIsFoundAndRemoved(size: Int) {
        var object = Self.object(size)
        for number in 0..<size {
            #expect(object["key\(number)"] == JSONValue(number))
            #expect(object.contains(key: "key\(number)"))
        }
        #expect(object["other"] == nil)
        for number in stride(from: 0, to: size, by: 2) { object["key\(number)"] = nil }
        #expect(object.count == size / 2)
        for number in 0..<size {
            #expect(object["key\(number)"] == (number % 2 == 0 ? nil : JSONValue(number)))
        }
        object.removeAll { _ in true }
        #expect(object.isEmpty)
        object["again"] = true
        #expect(object["again"] == true)
    }

    @Test(arguments: sizes) func equalityAndHashIgnoreOrder(size: Int) {
        let forward = Self.object(size)
        let backward = JSONObject(forward.reversed().map { ($0.key, $0.value) })
        #expect(forward == backward)
        #expect(forward.hashValue == backward.hashValue)
        guard size > 0 else { return }
        var other = backward
        other["key0"] = "different"
        #expect(forward != other)
        other["key0"] = nil
        #expect(forward != other)
        other["another"] = 0
        #expect(forward != other)
    }

    @Test func nullIsNotTheSameAsMissing() {
        let object: JSONObject = ["a": .null, "b": 1]
        #expect(object["a"] == .some(.null))
        #expect(object["c"] == nil)
        #expect(object != ["b": 1])
    }

    @Test func updateChangesInPlaceOrAppends() {
        var object: JSONObject = ["a": ["b": 1]]
        object.update("a") { $0["c"] = 2 }
        object.update("d") { $0["e"] = 3 }
        #expect(JSONValue.object(object).description == #"{"a":{"b":1,"c":2},"d":{"e":3}}"#)
    }
}
