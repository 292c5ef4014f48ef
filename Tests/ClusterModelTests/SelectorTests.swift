import ClusterModel
import JSONTree
import Testing

struct LabelSelectorTests {
    static let labels: Labels = ["app": "web", "tier": "front", "empty": ""]

    static let queries: [(String, Bool)] = [
        ("", true), ("app=web", true), ("app==web", true), ("app=db", false), ("app!=db", true), ("app!=web", false),
        ("missing!=x", true), ("app", true), ("missing", false), ("!app", false), ("!missing", true),
        ("app in (web,db)", true), ("app in (db)", false), ("app notin (db, x)", true), ("app notin (web)", false),
        ("missing in (a)", false), ("missing notin (a)", true), ("app=web,tier=front", true),
        ("app=web,tier=back", false), (" app = web , tier != back ", true), ("empty=", true), ("empty", true),
        ("app=", false), ("app=,tier=front", false), ("app in (,web)", true), ("empty in (a,)", true),
        ("!service.kubernetes.io/headless,!service.kubernetes.io/service-proxy-name", true), ("app=web,", true),
        ("in=web", false), ("notin", false),
    ]

    @Test(arguments: queries) func queryMatches(query: String, expected: Bool) throws {
        let selector = try LabelSelector(query: query)
        #expect(selector.matches(Self.labels) == expected)
        #expect(try LabelSelector(query: selector.description) == selector)
    }

    @Test(arguments: [
        ",", "=web", "app=web=x", "app in web", "app in (web", "app in (a b)", "app web", "!", "!app=web", "app>1",
        "app=a/b", "-app=web", "app in (a/b)", "app=web,,x", "a/b/c=d", "app!!=x", "(app)", "app in ()x",
    ])
    func brokenQueryIsRefused(query: String) {
        let error = #expect(throws: ModelError.self) { try LabelSelector(query: query) }
        #expect(error?.code == .invalidSelector)
        #expect(error?.object == query)
    }

    @Test func messageIsTheServers() {
        let error = #expect(throws: ModelError.self) { try LabelSelector(query: "app in web") }
        #expect(error?.text == "unable to parse requirement: found 'web', expected: '('")
    }

    @Test func everyPrefixAndChangedByteOfAQueryReturnsOrThrows() {
        let query = Array("app in (web,db),!tier,zone!=a,x==y".utf8)
        for count in 0...query.count {
            _ = try? LabelSelector(query: String(decoding: query.prefix(count), as: UTF8.self))
        }
        for place in query.indices {
            for byte in UInt8.min...UInt8.max {
                var changed = query
                changed[place] = byte
                _ = try? LabelSelector(query: String(decoding: changed, as: UTF8.self))
            }
        }
    }

    static let objects: [(String, Bool)] = [
        ("{}", true), (#"{"matchLabels":{"app":"web"}}"#, true), (#"{"matchLabels":{"app":"db"}}"#, false),
        (#"{"matchExpressions":[{"key":"app","operator":"In","values":["web"]}]}"#, true),
        (#"{"matchExpressions":[{"key":"app","operator":"NotIn","values":["web"]}]}"#, false),
        (#"{"matchExpressions":[{"key":"app","operator":"Exists"},{"key":"x","operator":"DoesNotExist"}]}"#, true),
        (#"{"matchLabels":{"app":"web"},"matchExpressions":[{"key":"tier","operator":"DoesNotExist"}]}"#, false),
    ]

    @Test(arguments: objects) func objectFormMatches(text: String, expected: Bool) throws {
        #expect(try LabelSelector(json: JSONValue(parsing: text)).matches(Self.labels) == expected)
    }

    @Test(arguments: [
        #"{"matchExpressions":[{"key":"app","operator":"Near","values":["web"]}]}"#,
        #"{"matchExpressions":[{"key":"app","operator":"In"}]}"#,
        #"{"matchExpressions":[{"key":"app","operator":"Exists","values":["web"]}]}"#,
        #"{"matchExpressions":[{"operator":"Exists"}]}"#,
    ])
    func brokenObjectFormIsRefused(text: String) throws {
        let json = try JSONValue(parsing: text)
        #expect(throws: ModelError.self) { try LabelSelector(json: json) }
    }

    @Test func labelsOfAServiceSelectPods() {
        let selector = LabelSelector(matching: ["app": "web", "tier": "front"])
        #expect(selector.matches(Self.labels))
        #expect(!selector.matches(["app": "web"]))
        #expect(LabelSelector.everything.matches([:]))
    }
}

struct FieldSelectorTests {
    static let cases: [(ResourceKind, String, Bool)] = [
        (.service, "metadata.name=web", true), (.service, "metadata.name==web,metadata.namespace=shop", true),
        (.service, "metadata.name!=web", false), (.service, "metadata.namespace=other", false), (.service, "", true),
        (.service, "spec.type=", true), (.pod, "spec.nodeName=node-1", true), (.pod, "status.phase!=Failed", true),
        (.pod, "spec.hostNetwork=false", true), (.pod, "status.podIP=10.0.0.1", false),
        (.node, "spec.unschedulable=false", true), (.node, "metadata.name=node-1", true),
        (.event, "involvedObject.name=web,involvedObject.kind=Service,type=Warning", true),
        (.event, "regarding.name=web,reason!=Other", true), (.event, "involvedObject.uid=x", false),
        (.event, "reportingController=", true),
    ]

    @Test(arguments: cases) func queryMatches(kind: ResourceKind, query: String, expected: Bool) throws {
        let sample = try #require(Samples.all.first { $0.0 == kind }?.1)
        #expect(try FieldSelector(query: query, for: kind).matches(sample, of: kind) == expected)
    }

    @Test(arguments: [
        ("spec.foo=1", "field label not supported: spec.foo"),
        ("spec.nodeName=x", "field label not supported: spec.nodeName"),
        ("name", "invalid selector: 'name'; can't understand 'name'"),
        ("=x", "invalid selector: '=x'; can't understand '=x'"),
        ("metadata.name=a=b", "invalid selector: 'metadata.name=a=b'; can't understand 'metadata.name=a=b'"),
        (#"metadata.name=a\"#, #"invalid selector: 'metadata.name=a\'; can't understand 'metadata.name=a\'"#),
    ])
    func brokenQueryIsRefused(query: String, text: String) {
        let error = #expect(throws: ModelError.self) { try FieldSelector(query: query, for: .service) }
        #expect(error?.text == text)
    }

    @Test func escapesStandForThemselves() throws {
        let selector = try FieldSelector(query: #"metadata.name=a\,b\=c\\d,metadata.namespace!=x"#, for: .service)
        #expect(selector.requirements.map(\.value) == [#"a,b=c\d"#, "x"])
        #expect(selector.requiredName == #"a,b=c\d"#)
        #expect(selector.requiredValue(of: "metadata.namespace") == nil)
    }

    @Test func clusterWideKindsHaveNoNamespaceField() {
        #expect(throws: ModelError.self) { try FieldSelector(query: "metadata.namespace=x", for: .node) }
    }
}
