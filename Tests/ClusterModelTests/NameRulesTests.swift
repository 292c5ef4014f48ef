import ClusterModel
import Testing

struct NameRulesTests {
    static let long = String(repeating: "a", count: 63)

    static let labels: [(String, Bool)] = [
        ("a", true), ("web-1", true), ("1a", true), (long, true), (long + "a", false), ("", false), ("-a", false),
        ("a-", false), ("A", false), ("a.b", false), ("a_b", false), ("ä", false), ("a\u{0}", false),
    ]

    @Test(arguments: labels) func dns1123Label(text: String, isValid: Bool) {
        #expect(NameRules.dns1123Label(text).isEmpty == isValid)
    }

    static let domains: [(String, Bool)] = [
        ("a.b", true), ("web-1.example.com", true), ("a..b", false), (".a", false), ("a.", false), ("a.-b", false),
        ("a.B", false), ("", false), (String(repeating: "a", count: 253), true),
        (String(repeating: "a", count: 254), false),
    ]

    @Test(arguments: domains) func dns1123Subdomain(text: String, isValid: Bool) {
        #expect(NameRules.dns1123Subdomain(text).isEmpty == isValid)
    }

    static let portNames: [(String, Bool)] = [
        ("http", true), ("a", true), ("http-8080", true), ("8080", false), ("a--b", false), ("-a", false),
        ("a-", false), ("abcdefghijklmno", true), ("abcdefghijklmnop", false), ("Http", false), ("", false),
    ]

    @Test(arguments: portNames) func portName(text: String, isValid: Bool) {
        #expect(NameRules.portName(text).isEmpty == isValid)
    }

    static let qualified: [(String, Bool)] = [
        ("app", true), ("app.kubernetes.io/name", true), ("A_b.c-d", true), ("x/" + long, true),
        ("x/" + long + "a", false), ("/a", false), ("a/", false), ("a/b/c", false), ("X/a", false), ("", false),
        ("-a", false), ("a-", false),
    ]

    @Test(arguments: qualified) func qualifiedName(text: String, isValid: Bool) {
        #expect(NameRules.qualifiedName(text).isEmpty == isValid)
    }

    static let values: [(String, Bool)] = [
        ("", true), ("Web_1.x-y", true), (long, true), (long + "a", false), ("-a", false), ("a/b", false), (" ", false),
    ]

    @Test(arguments: values) func labelValue(text: String, isValid: Bool) {
        #expect(NameRules.labelValue(text).isEmpty == isValid)
    }

    @Test func messageTellsTheRule() {
        #expect(
            NameRules.dns1123Label("Web") == [
                "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start "
                    + "and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for "
                    + "validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')"
            ]
        )
        #expect(NameRules.dns1123Label(Self.long + "a") == ["must be no more than 63 bytes"])
        #expect(NameRules.pathSegment("a/b") == ["may not contain '/'"])
        #expect(NameRules.pathSegment("..") == ["may not be '..'"])
    }
}
