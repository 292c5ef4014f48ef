import ClusterModel
import JSONTree
import Testing

@testable import ControlStore

struct JSONPatchTests {
    @Test(arguments: [
        (#"{"a":1}"#, #"[{"op":"add","path":"/b","value":[1]}]"#, #"{"a":1,"b":[1]}"#),
        (#"{"a":[1,3]}"#, #"[{"op":"add","path":"/a/1","value":2}]"#, #"{"a":[1,2,3]}"#),
        (#"{"a":[1]}"#, #"[{"op":"add","path":"/a/-","value":2}]"#, #"{"a":[1,2]}"#),
        (#"{"a":{"b":1}}"#, #"[{"op":"remove","path":"/a/b"}]"#, #"{"a":{}}"#),
        (#"{"a":[1,2]}"#, #"[{"op":"remove","path":"/a/0"}]"#, #"{"a":[2]}"#),
        (#"{"a":1}"#, #"[{"op":"replace","path":"/a","value":2}]"#, #"{"a":2}"#),
        (#"{"a":{"x":1}}"#, #"[{"op":"move","from":"/a/x","path":"/b"}]"#, #"{"a":{},"b":1}"#),
        (#"{"a":{"x":1}}"#, #"[{"op":"copy","from":"/a","path":"/b"}]"#, #"{"a":{"x":1},"b":{"x":1}}"#),
        (#"{"a/b":1,"m~n":2}"#, #"[{"op":"remove","path":"/a~1b"},{"op":"remove","path":"/m~0n"}]"#, "{}"),
        (#"{"a":1}"#, #"[{"op":"test","path":"/a","value":1},{"op":"add","path":"","value":7}]"#, "7"),
    ])
    func operationsApply(document: String, patch: String, result: String) throws {
        var value = try JSONValue(parsing: document)
        try JSONPatch(json: try JSONValue(parsing: patch)).apply(to: &value)
        #expect(try value == JSONValue(parsing: result))
    }

    @Test(arguments: [
        (#"[{"op":"test","path":"/a","value":2}]"#, false), (#"[{"op":"remove","path":"/x"}]"#, false),
        (#"[{"op":"replace","path":"/x","value":1}]"#, false), (#"[{"op":"add","path":"/l/5","value":1}]"#, false),
        (#"[{"op":"add","path":"/l/01","value":1}]"#, false), (#"[{"op":"add","path":"/a/b","value":1}]"#, false),
        (#"[{"op":"bogus","path":"/a"}]"#, true), (#"[{"op":"add","path":"a"}]"#, true), (#"{"op":"add"}"#, true),
    ])
    func faultsAreErrors(patch: String, isMalformed: Bool) throws {
        var value = try JSONValue(parsing: #"{"a":1,"l":[1]}"#)
        let json = try JSONValue(parsing: patch)
        let error = #expect(throws: JSONPatchError.self) { try JSONPatch(json: json).apply(to: &value) }
        #expect(error?.isMalformed == isMalformed)
    }
}

struct StrategicMergeTests {
    private func merged(_ object: String, _ patch: String, _ kind: ResourceKind = .service) throws -> JSONValue {
        var value = try JSONValue(parsing: object)
        try StrategicMerge(kind: kind).apply(try JSONValue(parsing: patch), to: &value)
        return value
    }

    @Test(arguments: [
        // Ports are told apart by their number.
        (
            #"{"spec":{"ports":[{"port":80,"name":"a"},{"port":81}]}}"#,
            #"{"spec":{"ports":[{"port":80,"nodePort":3}]}}"#,
            #"{"spec":{"ports":[{"port":80,"name":"a","nodePort":3},{"port":81}]}}"#
        ),
        (
            #"{"spec":{"ports":[{"port":80},{"port":81}]}}"#, #"{"spec":{"ports":[{"port":80,"$patch":"delete"}]}}"#,
            #"{"spec":{"ports":[{"port":81}]}}"#
        ),
        (
            #"{"spec":{"ports":[{"port":80},{"port":81}]}}"#,
            #"{"spec":{"$setElementOrder/ports":[{"port":82},{"port":80}],"ports":[{"port":82},{"port":81,"$patch":"delete"}]}}"#,
            #"{"spec":{"ports":[{"port":82},{"port":80}]}}"#
        ),
        // Other lists are replaced, null removes, maps merge.
        (
            #"{"spec":{"externalIPs":["1.1.1.1"],"selector":{"a":"b","c":"d"}}}"#,
            #"{"spec":{"externalIPs":["2.2.2.2"],"selector":{"a":null,"e":"f"}}}"#,
            #"{"spec":{"externalIPs":["2.2.2.2"],"selector":{"c":"d","e":"f"}}}"#
        ),
        (
            #"{"metadata":{"finalizers":["a/x","b/y"]}}"#,
            #"{"metadata":{"finalizers":["c/z"],"$deleteFromPrimitiveList/finalizers":["a/x"]}}"#,
            #"{"metadata":{"finalizers":["b/y","c/z"]}}"#
        ),
        (#"{"spec":{"a":1,"b":2}}"#, #"{"spec":{"$patch":"replace","c":3}}"#, #"{"spec":{"c":3}}"#),
        (#"{"spec":{"a":1,"b":2}}"#, #"{"spec":{"$retainKeys":["a","c"],"c":3}}"#, #"{"spec":{"a":1,"c":3}}"#),
    ])
    func mergesAsKubernetesDoes(object: String, patch: String, result: String) throws {
        #expect(try merged(object, patch) == JSONValue(parsing: result))
    }

    @Test func nestedListsOfPodsMergeByTheirKeys() throws {
        let result = try merged(
            #"{"spec":{"containers":[{"name":"c","image":"x","ports":[{"containerPort":1,"name":"p"}]}]}}"#,
            #"{"spec":{"containers":[{"name":"c","ports":[{"containerPort":1,"protocol":"UDP"},{"containerPort":2}]}]}}"#,
            .pod
        )
        let wanted =
            #"{"spec":{"containers":[{"name":"c","image":"x","#
            + #""ports":[{"containerPort":1,"name":"p","protocol":"UDP"},{"containerPort":2}]}]}}"#
        #expect(try result == JSONValue(parsing: wanted))
    }

    @Test(arguments: [#"{"spec":{"ports":[{"name":"x"}]}}"#, #"{"spec":{"$patch":"bogus"}}"#])
    func senselessPatchIsABadRequest(patch: String) {
        let error = #expect(throws: StoreError.self) { try merged("{}", patch) }
        #expect(error?.code == .badRequest)
    }
}
