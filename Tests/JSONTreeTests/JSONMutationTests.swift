import JSONTree
import Testing

/// Damaged input ends in a value or in an error at a place within the text: never in a trap or a loop.
struct JSONMutationTests {
    static let sample = #"""
        {"apiVersion":"v1","kind":"Service","metadata":{"name":"a\u00e9\ud83e\uddf5b\n","labels":{
        "app.kubernetes.io/component":"grün"}},"spec":{"ports":[{"port":80,"x":-1.5e+3},{"port":9223372036854775807}],
        "a":[true,false,null,[],{}],"e":""}}
        """#

    @Test func everyPrefixThrows() {
        let bytes = Array(Self.sample.utf8)
        for count in 0..<bytes.count {
            let error = #expect(throws: JSONError.self) { try JSONValue(parsing: Array(bytes[..<count])) }
            #expect((0...count).contains(error?.offset ?? -1))
        }
    }

    @Test func everyChangedByteReturnsOrThrows() throws {
        let bytes = Array(Self.sample.utf8)
        var accepted = 0
        for place in bytes.indices {
            for value in UInt8.min...UInt8.max where value != bytes[place] {
                var changed = bytes
                changed[place] = value
                do {
                    let tree = try JSONValue(parsing: changed)
                    #expect(try JSONValue(parsing: tree.bytes()) == tree)
                    accepted += 1
                } catch {
                    #expect((0...bytes.count).contains(error.offset))
                }
            }
        }
        #expect(accepted > bytes.count)
    }

    @Test func everyRemovedOrDoubledByteReturnsOrThrows() throws {
        let bytes = Array(Self.sample.utf8)
        for place in bytes.indices {
            var shorter = bytes
            shorter.remove(at: place)
            _ = try? JSONValue(parsing: shorter)
            var longer = bytes
            longer.insert(bytes[place], at: place)
            _ = try? JSONValue(parsing: longer)
        }
        #expect(try JSONValue(parsing: bytes)["spec"]?["ports"]?[1]?["port"] == .integer(.max))
    }
}
