import ClusterModel
import JSONTree
import Testing

/// What holds for all kinds.
struct ObjectRulesTests {
    @Test(arguments: Samples.all) func unknownMembersSurvive(kind: ResourceKind, sample: JSONValue) throws {
        let created = try Samples.create(kind, sample)
        let before = sample.description.components(of: "newField")
        #expect(created.description.components(of: "newField") == before)
        let updated = try Samples.rules(kind).prepareForUpdate(old: created, new: created)
        #expect(updated.description.components(of: "newField") == before)
    }

    @Test(arguments: Samples.all) func writingBackWhatWasReadChangesNothing(
        kind: ResourceKind,
        sample: JSONValue
    ) throws {
        var stored = try Samples.create(kind, sample)
        stored[path: "metadata", "resourceVersion"] = "7"
        #expect(try Samples.rules(kind).prepareForUpdate(old: stored, new: stored) == stored)
        if kind.hasStatus {
            #expect(try Samples.rules(kind).prepareForStatusUpdate(old: stored, new: stored) == stored)
        }
        var bare = stored
        for key in ["uid", "creationTimestamp", "resourceVersion", "generation"] { bare[path: "metadata", key] = nil }
        bare["kind"] = nil
        bare["apiVersion"] = nil
        #expect(try Samples.rules(kind).prepareForUpdate(old: stored, new: bare) == stored)
    }

    @Test(arguments: Samples.all) func serverWritesIdentity(kind: ResourceKind, sample: JSONValue) throws {
        let forged = try sample.with(
            #"{"metadata":{"uid":"mine","creationTimestamp":"2000-01-01T00:00:00Z","deletionTimestamp":"2000-01-01T00:00:00Z","generation":9,"selfLink":"x","managedFields":[]}}"#
        )
        let metadata = ObjectMeta(json: try Samples.create(kind, forged)["metadata"] ?? [:])
        #expect(metadata.uid == Samples.stamp.uid)
        #expect(metadata.creationTimestamp == Samples.stamp.time)
        #expect(!metadata.isBeingDeleted)
        let counts = kind == .networkPolicy || kind == .endpointSlice
        #expect(metadata.generation == (counts ? 1 : nil))
        #expect(metadata.json["selfLink"] == nil && metadata.json["managedFields"] == nil)
    }

    @Test(arguments: Samples.all) func identityStaysOnUpdate(kind: ResourceKind, sample: JSONValue) throws {
        let stored = try Samples.create(kind, sample)
        let rules = Samples.rules(kind)
        let forged = try stored.with(#"{"metadata":{"uid":null,"creationTimestamp":null,"labels":{"new":"label"}}}"#)
        let updated = try rules.prepareForUpdate(old: stored, new: forged)
        #expect(updated[path: "metadata", "uid"]?.stringValue == Samples.stamp.uid)
        #expect(updated[path: "metadata", "creationTimestamp"]?.stringValue == Samples.stamp.time.description)
        #expect(updated[path: "metadata", "labels", "new"] == "label")
        let other = try stored.with(#"{"metadata":{"uid":"other"}}"#)
        let conflict = #expect(throws: StatusObject.self) { try rules.prepareForUpdate(old: stored, new: other) }
        #expect(conflict?.code == 409 && conflict?.reason == "Conflict")
        let renamed = try stored.with(#"{"metadata":{"name":"renamed"}}"#)
        let error = #expect(throws: StatusObject.self) { try rules.prepareForUpdate(old: stored, new: renamed) }
        let name = stored[path: "metadata", "name"]?.stringValue ?? ""
        #expect(error?.message == "the name of the object (renamed) does not match the name on the URL (\(name))")
        #expect(error?.code == 400)
    }

    @Test(arguments: Samples.all) func statusAndWantedStateAreWrittenApart(
        kind: ResourceKind,
        sample: JSONValue
    ) throws {
        guard kind.hasStatus else { return }
        let stored = try Samples.create(kind, sample)
        let new = try stored.with(#"{"status":{"conditions":[{"type":"Custom","status":"True"}]}}"#)
        #expect(try Samples.rules(kind).prepareForUpdate(old: stored, new: new) == stored)
        let updated = try Samples.rules(kind).prepareForStatusUpdate(old: stored, new: new)
        #expect(updated[path: "status", "conditions"]?[0]?["type"] == "Custom")
        #expect(updated["spec"] == stored["spec"])
    }

    static let refused: [(JSONValue, String)] = [
        ("text", "400 the body must be a Service, is string"),
        (["kind": "Pod"], "400 the object's kind (Pod) does not match the expected kind (Service)"),
        (
            ["apiVersion": "v2"],
            "400 the API version in the data (v2) does not match the expected API version (v1)"
        ),
        (
            ["metadata": ["name": "a", "namespace": "other"]],
            "400 the namespace of the provided object does not match the namespace sent on the request"
        ),
        (
            ["metadata": ["name": "a", "resourceVersion": "3"]],
            "400 resourceVersion should not be set on objects to be created"
        ),
        (
            ["metadata": ["name": 1]],
            #"400 Service in version "v1" cannot be handled as a Service: metadata.name: expected a string, found number"#
        ),
        (
            ["metadata": ["name": "a"], "spec": ["ports": [["port": "80"]]]],
            #"400 Service in version "v1" cannot be handled as a Service: spec.ports[0].port: expected a whole number, found string"#
        ),
        (
            ["metadata": ["name": "a"], "spec": ["selector": ["a": ["b": "c"]]]],
            #"400 Service in version "v1" cannot be handled as a Service: spec.selector.a: expected a string, found object"#
        ),
        (
            ["metadata": ["name": "a", "creationTimestamp": "yesterday"]],
            #"400 Service in version "v1" cannot be handled as a Service: metadata.creationTimestamp: "yesterday" is no time as 2006-01-02T15:04:05Z"#
        ),
    ]

    @Test(arguments: refused) func objectThatDoesNotFitTheRequestIsRefused(json: JSONValue, problem: String) {
        let problems = Samples.problems { () throws(StatusObject) in
            try Samples.rules(.service).prepareForCreate(json, namespace: "shop", stamp: Samples.stamp)
        }
        #expect(problems == [problem])
    }

    @Test func nullsStandForMissingMembers() throws {
        let json = try Samples.service.with("{}")
        var withNulls = json
        withNulls[path: "metadata", "creationTimestamp"] = .null
        withNulls[path: "spec", "clusterIP"] = .null
        withNulls["status"] = .null
        #expect(try Samples.create(.service, withNulls) == Samples.create(.service, json))
    }

    @Test func generatedNamesAreUniqueAndNotTooLong() throws {
        let json = try Samples.service.with(#"{"metadata":{"name":null,"generateName":"web-"}}"#)
        #expect(try Samples.create(.service, json)[path: "metadata", "name"] == "web-x7k2z")
        var long = json
        long[path: "metadata", "generateName"] = .string(String(repeating: "a", count: 63))
        let name = try Samples.create(.service, long)[path: "metadata", "name"]?.stringValue
        #expect(name == String(repeating: "a", count: 58) + "x7k2z")
        var generator = SystemRandomNumberGenerator()
        let suffixes = Set((0..<100).map { _ in ObjectRules.nameSuffix(using: &generator) })
        #expect(suffixes.count > 95)
        #expect(suffixes.allSatisfy { $0.count == 5 && NameRules.dns1123Label($0).isEmpty })
    }

    @Test func putThatCreatesTakesTheNameOfThePath() throws {
        let rules = Samples.rules(.service)
        let nameless = try Samples.service.with(#"{"metadata":{"name":null}}"#)
        let created = try rules.prepareForCreate(nameless, namespace: "shop", name: "web", stamp: Samples.stamp)
        #expect(created[path: "metadata", "name"] == "web")
        #expect(throws: StatusObject.self) {
            try rules.prepareForCreate(Samples.service, namespace: "shop", name: "other", stamp: Samples.stamp)
        }
    }
}

extension String {
    /// How often a word occurs.
    fileprivate func components(of word: String) -> Int {
        var count = 0
        var rest = Substring(self)
        while let range = rest.firstRange(of: word) {
            count += 1
            rest = rest[range.upperBound...]
        }
        return count
    }
}
