import JSONTree
import Testing

struct JSONValueTests {
    let service: JSONValue = ["metadata": ["name": "web"], "spec": ["ports": [["port": 80], ["port": 443]]]]

    @Test func pathsReadAndWrite() {
        var json = service
        #expect(json[path: "metadata", "name"]?.stringValue == "web")
        #expect(json[path: "spec", "ports"]?[1]?["port"]?.intValue == 443)
        #expect(json[path: "spec", "ports"]?[2] == nil)
        #expect(json[path: "spec", "ports", "port"] == nil)
        json[path: "metadata", "labels", "app"] = "shop"
        #expect(json["metadata"]?.description == #"{"name":"web","labels":{"app":"shop"}}"#)
        json[path: "metadata", "labels", "app"] = nil
        #expect(json["metadata"]?.description == #"{"name":"web","labels":{}}"#)
        json[path: "status", "missing", "deep"] = nil
        #expect(json["status"] == nil)
        json[path: "metadata", "name", "x"] = 1
        #expect(json[path: "metadata", "name"] == ["x": 1])
    }

    @Test func accessorsTellTheKindsApart() {
        #expect(JSONValue.number(2).intValue == 2)
        #expect(JSONValue.number(2.5).intValue == nil)
        #expect(JSONValue.number(1e300).intValue == nil)
        #expect(JSONValue.string("2").intValue == nil)
        #expect(JSONValue.bool(true).intValue == nil)
        #expect(JSONValue(UInt64.max) == .number(18_446_744_073_709_551_616))
        #expect(JSONValue.null.isNull && JSONValue.null.stringValue == nil)
        #expect(JSONValue.integer(3).doubleValue == 3)
        #expect(JSONValue(["a"]).arrayValue == ["a"])
    }

    @Test(arguments: [
        ("[]", "[]"), ("{}", "{}"), ("[{}]", "[\n  {}\n]"),
        (
            #"{"b":[1,2.5,-3],"a":{"x":null,"y":"\"\\\n\t\u0001é/"}}"#,
            """
            {
              "b": [
                1,
                2.5,
                -3
              ],
              "a": {
                "x": null,
                "y": "\\"\\\\\\n\\t\\u0001é/"
              }
            }
            """
        ),
    ])
    func textIsWrittenCompactAndPretty(compact: String, pretty: String) throws {
        let value = try JSONValue(parsing: compact)
        #expect(value.description == compact)
        #expect(String(decoding: value.bytes(pretty: true), as: UTF8.self) == pretty)
        #expect(try JSONValue(parsing: pretty) == value)
    }

    @Test(arguments: [0.1, 1e100, 1.7976931348623157e308, 123_456_789.125, 1e21])
    func doublesSurvive(value: Double) throws {
        #expect(try JSONValue(parsing: JSONValue.number(value).bytes()) == .number(value))
    }

    @Test func numbersThatJSONLacksBecomeNull() {
        #expect(JSONValue.array([.number(.infinity), .number(.nan)]).description == "[null,null]")
    }

    /// The examples of RFC 7386, appendix A.
    @Test(arguments: [
        (#"{"a":"b"}"#, #"{"a":"c"}"#, #"{"a":"c"}"#), (#"{"a":"b"}"#, #"{"b":"c"}"#, #"{"a":"b","b":"c"}"#),
        (#"{"a":"b"}"#, #"{"a":null}"#, "{}"), (#"{"a":"b","b":"c"}"#, #"{"a":null}"#, #"{"b":"c"}"#),
        (#"{"a":["b"]}"#, #"{"a":"c"}"#, #"{"a":"c"}"#), (#"{"a":"c"}"#, #"{"a":["b"]}"#, #"{"a":["b"]}"#),
        (#"{"a":{"b":"c"}}"#, #"{"a":{"b":"d","c":null}}"#, #"{"a":{"b":"d"}}"#),
        (#"{"a":[{"b":"c"}]}"#, #"{"a":[1]}"#, #"{"a":[1]}"#), (#"["a","b"]"#, #"["c","d"]"#, #"["c","d"]"#),
        (#"{"a":"b"}"#, #"["c"]"#, #"["c"]"#), (#"{"a":"foo"}"#, "null", "null"),
        (#"{"a":"foo"}"#, #""bar""#, #""bar""#),
        (#"{"e":null}"#, #"{"a":1}"#, #"{"e":null,"a":1}"#), ("[1,2]", #"{"a":"b","c":null}"#, #"{"a":"b"}"#),
        ("{}", #"{"a":{"bb":{"ccc":null}}}"#, #"{"a":{"bb":{}}}"#),
    ])
    func mergePatchFollowsTheStandard(target: String, patch: String, result: String) throws {
        let patched = try JSONValue(parsing: target).mergePatched(JSONValue(parsing: patch))
        #expect(patched.description == result)
    }
}
