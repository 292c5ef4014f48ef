import JSONTree
import Testing

struct JSONParsingTests {
    static let values: [(String, JSONValue)] = [
        ("null", JSONValue.null), ("true", true), ("false", false), (" \t\r\n 0 \n", 0), ("-0", 0), ("-1", -1),
        ("9223372036854775807", .integer(.max)), ("-9223372036854775808", .integer(.min)),
        ("9223372036854775808", .number(9_223_372_036_854_775_808)),
        ("-9223372036854775809", .number(-9_223_372_036_854_775_808)),
        ("18446744073709551616", .number(18_446_744_073_709_551_616)),
        ("1.0", 1.0), ("1e3", .number(1000)), ("-1.5E-2", -0.015), ("0.1", 0.1), ("1e-400", .number(0)),
        ("\"\"", ""), ("\"a\"", "a"), ("\"12345678\"", "12345678"), ("\"1234567\\n9\"", "1234567\n9"),
        ("\"sixteen bytes ok, and more\"", "sixteen bytes ok, and more"), ("\"grün 漢字 🧵\"", "grün 漢字 🧵"),
        (#""\"\\\/\b\f\n\r\t""#, "\"\\/\u{8}\u{c}\n\r\t"), (#""\u0041\u00e9\u6f22\uD83E\uddf5x""#, "Aé漢🧵x"),
        ("[]", []), ("[ ]", []), ("{ }", [:]), ("[1,[2,[]],{}]", [1, [2, []], [:]]),
        (#"{"a":1,"b":{"c":[true,null]}}"#, ["a": 1, "b": ["c": [true, .null]]]),
    ]

    @Test(arguments: values) func textGivesValue(text: String, expected: JSONValue) throws {
        #expect(try JSONValue(parsing: text) == expected)
        #expect(try JSONValue(parsing: Array(text.utf8)) == expected)
        #expect(try JSONValue(parsing: text.utf8.lazy.map { $0 }) == expected)
    }

    static let faults: [(String, JSONError.Code, Int, Int)] = [
        ("", JSONError.Code.unexpectedEnd, 1, 1), ("  ", .unexpectedEnd, 1, 3), ("nul", .unexpectedEnd, 1, 4),
        ("nulL", .unexpectedCharacter, 1, 1), ("NaN", .unexpectedCharacter, 1, 1),
        ("{\"a\":1,\n \"b\" 2}", .unexpectedCharacter, 2, 6), ("{\"a\":1,}", .unexpectedCharacter, 1, 8),
        ("[1,\n2,\n]", .unexpectedCharacter, 3, 1), ("[1 2]", .unexpectedCharacter, 1, 4), ("[1", .unexpectedEnd, 1, 3),
        ("{a:1}", .unexpectedCharacter, 1, 2), ("{\"a\"", .unexpectedEnd, 1, 5), ("\"abc", .unexpectedEnd, 1, 5),
        ("\"abcdefgh\u{1}\"", .unexpectedCharacter, 1, 10), ("\"a\nb\"", .unexpectedCharacter, 1, 3),
        (#""\x""#, .invalidEscape, 1, 2), (#""\u12G4""#, .invalidEscape, 1, 6), (#""\ud800""#, .invalidEscape, 1, 2),
        (#""\udc00\ud800""#, .invalidEscape, 1, 2), (#""\ud800\u0041""#, .invalidEscape, 1, 2),
        (#""\"#, .unexpectedEnd, 1, 3), (#""\u00"#, .unexpectedEnd, 1, 6), (#""\ud800\"#, .unexpectedEnd, 1, 9),
        ("01", .invalidNumber, 1, 1), ("-", .unexpectedEnd, 1, 2), ("-a", .invalidNumber, 1, 2),
        ("1.", .unexpectedEnd, 1, 3), ("1.x", .invalidNumber, 1, 3), ("1e+", .unexpectedEnd, 1, 4),
        (".5", .unexpectedCharacter, 1, 1), ("+1", .unexpectedCharacter, 1, 1), ("1e999", .numberOutOfRange, 1, 1),
        ("1 2", .trailingCharacters, 1, 3), ("{}}", .trailingCharacters, 1, 3),
        ("null\u{0}", .trailingCharacters, 1, 5),
    ]

    @Test(arguments: faults) func faultIsFoundAtItsPlace(text: String, code: JSONError.Code, line: Int, column: Int) {
        let error = #expect(throws: JSONError.self) { try JSONValue(parsing: text) }
        #expect(error?.code == code)
        #expect(error?.line == line)
        #expect(error?.column == column)
    }

    @Test func messageSaysWhereAndWhat() {
        let error = #expect(throws: JSONError.self) {
            try JSONValue(parsing: "{\n  \"port\": 80,\n  \"name\" \"http\"\n}")
        }
        #expect(error?.description == "line 3, column 10: expected ':' after a key, found '\"'")
    }

    @Test(
        arguments: [[0x22, 0xff, 0x22], [0x22, 0xc3, 0x22], [0x22, 0xed, 0xa0, 0x80, 0x22], [0xef, 0xbb]] as [[UInt8]]
    )
    func bytesThatAreNotUTF8AreRejected(bytes: [UInt8]) {
        let error = #expect(throws: JSONError.self) { try JSONValue(parsing: bytes) }
        #expect(error?.code == .invalidUTF8)
    }

    @Test func nestingHasALimit() throws {
        let depth = JSONValue.maximumDepth
        let deepest = String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
        #expect(try JSONValue(parsing: deepest).description == deepest)
        let objects = String(repeating: "{\"a\":", count: depth) + "1" + String(repeating: "}", count: depth)
        #expect(try JSONValue(parsing: objects).description == objects)
        for opening in ["[", "{\"a\":", "[{\"a\":"] {
            let text = String(repeating: opening, count: 100_000)
            let error = #expect(throws: JSONError.self) { try JSONValue(parsing: text) }
            #expect(error?.code == .tooDeep)
        }
    }

    @Test func lastOfDuplicateKeysWins() throws {
        #expect(try JSONValue(parsing: #"{"a":1,"b":2,"a":3}"#).description == #"{"a":3,"b":2}"#)
        let many = (0..<40).map { "\"k\($0 % 20)\":\($0)" }.joined(separator: ",")
        let object = try #require(try JSONValue(parsing: "{\(many)}").objectValue)
        #expect(object.count == 20)
        #expect(object["k3"] == 23)
    }

    @Test func longKeysAreReadRightWhenTheyRepeat() throws {
        let keys = (0..<500).map { "topology.kubernetes.io/zone-\($0 % 250)" }
        let text = "[" + keys.map { "{\"\($0)\":1}" }.joined(separator: ",") + "]"
        let read = try #require(try JSONValue(parsing: text).arrayValue).compactMap { $0.objectValue?.keys.first }
        #expect(read == keys)
    }

    /// Escapes, quotation marks and characters beyond ASCII at every offset from a word's start.
    @Test func stringsAreReadRightAtEveryAlignment() throws {
        for length in 0..<40 {
            for special in ["\"", "\\", "\n", "é", "🧵", "\u{7f}", "\u{80}", "!", "[", "]"] {
                let string = String(repeating: "a", count: length) + special + String(repeating: "b", count: length % 9)
                let text = String(repeating: " ", count: length % 8) + JSONValue.string(string).description
                #expect(try JSONValue(parsing: text) == .string(string))
            }
        }
    }

    @Test func aLargeArrayIsHandedOutElementByElement() throws {
        let text = #" {"kind":"List", "items" : [ {"items":[1]}, 2 , "three" ] ,"metadata":{"items":[4]},"n":5} "#
        var seen: [JSONValue] = []
        let rest = try JSONValue(parsing: text.utf8, handingOut: "items") { seen.append($0) }
        #expect(seen == [["items": [1]], 2, "three"])
        #expect(rest == ["kind": "List", "items": [], "metadata": ["items": [4]], "n": 5])
        let whole = try JSONValue(parsing: text.utf8, handingOut: "none") { _ in Issue.record("nothing is called so") }
        #expect(try whole == JSONValue(parsing: text))
    }

    @Test(arguments: [
        "[1]", "7", "", #"{"items":[1,2"#, #"{"items":[1,]}"#, #"{"items":[1]} x"#, #"{"items":[1] "n":2}"#,
        #"{"items":[1]"#, #"{"items" [1]}"#, #"{1:2}"#,
    ])
    func whatCanNotBeHandedOutIsToldWithItsPlace(text: String) {
        #expect(throws: JSONError.self) { try JSONValue(parsing: text.utf8, handingOut: "items") { _ in } }
    }
}
