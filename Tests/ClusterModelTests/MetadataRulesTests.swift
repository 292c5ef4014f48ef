import ClusterModel
import JSONTree
import Testing

struct MetadataRulesTests {
    static let broken: [(String, [String])] = [
        (#"{"name":""}"#, ["metadata.name: Required value: name or generateName is required"]),
        (#"{"name":"Web"}"#, [#"metadata.name: Invalid value: "Web": a lowercase RFC 1123 label"#]),
        (
            #"{"name":"a/b"}"#,
            [
                #"metadata.name: Invalid value: "a/b": may not contain '/'"#,
                #"metadata.name: Invalid value: "a/b": a lowercase RFC 1123 label"#,
            ]
        ),
        (#"{"labels":{"-a":"b"}}"#, [#"metadata.labels: Invalid value: "-a": name part must consist"#]),
        (#"{"labels":{"a":"-b"}}"#, [#"metadata.labels: Invalid value: "-b": a valid label must be"#]),
        (#"{"annotations":{"a/b/c":"d"}}"#, [#"metadata.annotations: Invalid value: "a/b/c": a qualified name part"#]),
        (#"{"annotations":{"Upper.example.com/x":"d"}}"#, []),
        (#"{"finalizers":["kubernetes"]}"#, []), (#"{"finalizers":["example.com/x"]}"#, []),
        (
            #"{"finalizers":["mine"]}"#,
            [#"metadata.finalizers: Invalid value: "mine": name is neither a standard finalizer name nor is it"#]
        ),
        (#"{"ownerReferences":[{"apiVersion":"v1","kind":"Service","name":"a","uid":"u"}]}"#, []),
        (
            #"{"ownerReferences":[{}]}"#,
            [
                "metadata.ownerReferences[0].apiVersion: Invalid value: \"\": version must not be empty",
                "metadata.ownerReferences[0].kind: Invalid value: \"\": must not be empty",
                "metadata.ownerReferences[0].name: Invalid value: \"\": must not be empty",
                "metadata.ownerReferences[0].uid: Invalid value: \"\": must not be empty",
            ]
        ),
        (
            #"{"ownerReferences":[{"apiVersion":"v1","kind":"A","name":"a","uid":"u","controller":true},{"apiVersion":"v1","kind":"A","name":"b","uid":"v","controller":true}]}"#,
            ["metadata.ownerReferences: Invalid value: "]
        ),
    ]

    @Test(arguments: broken) func brokenMetadataIsRefused(metadata: String, expected: [String]) throws {
        let json = try Samples.service.with("{\"metadata\":\(metadata)}")
        let problems = Samples.problems { () throws(StatusObject) in try Samples.create(.service, json) }
        #expect(problems.count == expected.count)
        for (problem, start) in zip(problems, expected) { #expect(problem.hasPrefix(start)) }
    }

    @Test func annotationsHaveATotalLimit() throws {
        var json = Samples.service
        json[path: "metadata", "annotations", "big"] = .string(String(repeating: "x", count: 256 * 1024))
        let problems = Samples.problems { () throws(StatusObject) in try Samples.create(.service, json) }
        #expect(problems == ["metadata.annotations: Too long: may not be more than 262144 bytes"])
    }

    @Test func objectThatGoesTakesNoNewFinalizers() throws {
        var stored = try Samples.create(.service, Samples.service.with(#"{"metadata":{"finalizers":["a/b"]}}"#))
        stored[path: "metadata", "deletionTimestamp"] = "2026-11-21T09:30:00Z"
        let rules = Samples.rules(.service)
        let more = try stored.with(#"{"metadata":{"finalizers":["a/b","c/d"]}}"#)
        #expect(
            Samples.problems { () throws(StatusObject) in try rules.prepareForUpdate(old: stored, new: more) } == [
                "metadata.finalizers: Forbidden: no new finalizers can be added if the object is being deleted, "
                    + #"found new finalizers []string{"c/d"}"#
            ]
        )
        let none = try stored.with(#"{"metadata":{"finalizers":null,"deletionTimestamp":null}}"#)
        let updated = try rules.prepareForUpdate(old: stored, new: none)
        #expect(ObjectMeta(json: updated["metadata"] ?? [:]).isBeingDeleted)
        #expect(updated[path: "metadata", "finalizers"] == nil)
    }
}
