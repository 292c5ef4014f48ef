import Testing

@testable import PodNetwork

struct InvocationTests {
    static let complete = [
        "CNI_COMMAND": "ADD", "CNI_CONTAINERID": "abc", "CNI_NETNS": "/run/netns/x", "CNI_IFNAME": "eth0",
        "CNI_PATH": "/opt/cni/bin",
    ]

    static func failure(_ environment: [String: String]) -> CNIError? {
        do {
            _ = try Invocation(environment: environment)
            return nil
        } catch {
            return error
        }
    }

    @Test func readsACompleteEnvironment() throws {
        let invocation = try Invocation(environment: Self.complete)
        #expect(invocation.command == .add)
        #expect(invocation.containerID == "abc")
        #expect(invocation.networkNamespace == "/run/netns/x")
        #expect(invocation.interfaceName == "eth0")
        #expect(!invocation.allowsOwnNamespace)
    }

    @Test(arguments: [
        ("ADD", "CNI_CONTAINERID,CNI_NETNS,CNI_IFNAME,CNI_PATH"),
        ("CHECK", "CNI_CONTAINERID,CNI_NETNS,CNI_IFNAME,CNI_PATH"),
        ("DEL", "CNI_CONTAINERID,CNI_IFNAME,CNI_PATH"), ("GC", "CNI_PATH"), ("STATUS", "CNI_PATH"),
    ])
    func namesAllMissingVariablesAtOnce(_ command: String, _ names: String) {
        let error = Self.failure(["CNI_COMMAND": command])
        #expect(error?.code == .invalidEnvironment)
        #expect(error?.message == "required env variables [\(names)] missing")
    }

    @Test func versionTakesAnyEnvironment() throws {
        let invocation = try Invocation(environment: [
            "CNI_COMMAND": "VERSION", "CNI_CONTAINERID": "/../", "CNI_NETNS": "dummy", "CNI_IFNAME": "a/b:c d",
            "CNI_PATH": "dummy", "CNI_ARGS": "garbage",
        ])
        #expect(invocation.command == .version)
    }

    @Test func deleteNeedsNoNamespace() throws {
        var environment = Self.complete
        environment["CNI_COMMAND"] = "DEL"
        environment["CNI_NETNS"] = ""
        #expect(try Invocation(environment: environment).networkNamespace.isEmpty)
    }

    @Test(arguments: ["-a", ".a", "a b", "a/b", "ä", "a\n"])
    func refusesMalformedContainerID(_ id: String) {
        var environment = Self.complete
        environment["CNI_CONTAINERID"] = id
        let error = Self.failure(environment)
        #expect(error?.code == .invalidEnvironment)
        #expect(error?.message == "invalid characters in CNI_CONTAINERID \"\(id)\"")
    }

    @Test(arguments: [
        (".", "an interface can't be named \".\" or \"..\""), ("..", "an interface can't be named \".\" or \"..\""),
        ("a/b", "an interface name must not contain \"/\", \":\" or white space"),
        ("a:b", "an interface name must not contain \"/\", \":\" or white space"),
        ("a b", "an interface name must not contain \"/\", \":\" or white space"),
        ("a\tb", "an interface name must not contain \"/\", \":\" or white space"),
        ("sixteen-bytes-xx", "an interface name has at most 15 bytes, this has 16"),
    ])
    func refusesMalformedInterfaceName(_ name: String, _ fault: String) {
        var environment = Self.complete
        environment["CNI_IFNAME"] = name
        let error = Self.failure(environment)
        #expect(error?.code == .invalidEnvironment)
        #expect(error?.details == fault)
    }

    @Test func refusesUnknownCommand() {
        let error = Self.failure(["CNI_COMMAND": "add"])
        #expect(error?.description.hasPrefix("unknown CNI_COMMAND: add: it must be one of ADD, DEL, CHECK") == true)
        #expect(error?.code == .invalidEnvironment)
    }

    @Test(arguments: [("1", true), ("TRUE", true), ("true", true), ("0", false), ("yes", false), ("", false)])
    func readsTheNamespaceOverride(_ value: String, _ expected: Bool) throws {
        var environment = Self.complete
        environment["CNI_NETNS_OVERRIDE"] = value
        #expect(try Invocation(environment: environment).allowsOwnNamespace == expected)
    }
}

struct CNIArgumentsTests {
    @Test func readsWhatKubernetesRuntimesSend() throws {
        let text = "IgnoreUnknown=1;K8S_POD_NAMESPACE=a;K8S_POD_NAME=b;K8S_POD_INFRA_CONTAINER_ID=c;K8S_POD_UID=d;X=y"
        #expect(try CNIArguments(text)["K8S_POD_NAME"] == "b")
    }

    @Test(arguments: [
        ("A", "invalid pair \"A\" in CNI_ARGS"), ("A=b=c", "invalid pair \"A=b=c\" in CNI_ARGS"),
        ("IP=10.0.0.1;", "invalid pair \"\" in CNI_ARGS"), ("B=1;A=2", "unknown keys in CNI_ARGS: A, B"),
        ("IgnoreUnknown=0;A=2", "unknown keys in CNI_ARGS: A"),
        ("IgnoreUnknown=maybe", "invalid IgnoreUnknown \"maybe\" in CNI_ARGS"),
    ])
    func refusesMalformedText(_ text: String, _ message: String) {
        let error = #expect(throws: CNIError.self) { try CNIArguments(text) }
        #expect(error?.code == .invalidEnvironment)
        #expect(error?.message == message)
    }

    @Test(arguments: ["IgnoreUnknown=1;A=2", "IgnoreUnknown=true;A=2", "", "IP=10.0.0.1"])
    func acceptsWellFormedText(_ text: String) throws {
        _ = try CNIArguments(text)
    }
}
