import Glibc
import JSONTree
import LinuxSystem
import LinuxSystemTesting
import NetworkTypes
import Testing

/// A container runtime for tests: executes the built plugin as one does, in a namespace that plays the host.
final class CNIRuntime: Sendable {
    /// What a call of the plugin left.
    struct Answer {
        let exit: LinuxSystem.ExitStatus
        let document: JSONValue?
        let text: String
        let messages: String

        /// The code of an error's document.
        var code: Int? { document?["code"]?.intValue }
        /// Message and details of an error's document.
        var error: String {
            [document?["msg"]?.stringValue, document?["details"]?.stringValue].compactMap { $0 }.joined(separator: ": ")
        }
        /// The addresses that a result names.
        var addresses: [IPPrefix] {
            (document?["ips"]?.arrayValue ?? []).compactMap { $0["address"]?.stringValue }.compactMap { IPPrefix($0) }
        }
    }

    let host: TestNamespace
    /// Where addresses are reserved; removed at the end.
    let directory: String

    init(host: TestNamespace) throws {
        self.host = host
        directory = try File.createTemporaryDirectory(prefix: "weft-cni")
        programs = "\(directory)/.programs"
        try File.createDirectories(programs)
        for name in Self.programNames {
            guard unsafe symlink(Self.plugin, "\(programs)/\(name)") == 0 else { throw Errno.current }
        }
    }

    /// The plugin folder: links to the plugin under the names that it serves.
    let programs: String
    static let programNames = [
        "weft-cni", "bridge", "ptp", "macvlan", "ipvlan", "loopback", "host-local", "flannel", "portmap", "bandwidth",
        "tuning", "firewall",
    ]

    deinit {
        try? File.removeTree(directory)
    }

    /// The plugin beside this test bundle, which one build makes both.
    static let plugin: String = {
        let bundle = (try? File.linkTarget("/proc/self/exe")) ?? ""
        return "\(File.parent(of: bundle))/weft-cni"
    }()

    /// A bridge network's configuration, with members added or replaced.
    func configuration(
        _ members: JSONObject = [:],
        ranges: JSONValue = [[["subnet": "10.244.1.0/24"]], [["subnet": "fd00:1::/64"]]]
    ) -> JSONObject {
        var configuration: JSONObject = [
            "cniVersion": "1.1.0", "name": "weft", "type": "weft-cni", "bridge": "cni0", "isGateway": true,
            "isDefaultGateway": true, "hairpinMode": true, "mtu": 1400,
            "ipam": ["type": "host-local", "dataDir": .string(directory), "ranges": ranges],
        ]
        for (key, value) in members { configuration[key] = value }
        return configuration
    }

    /// Calls the plugin and waits for its end.
    func call(
        _ command: String,
        _ container: String,
        _ namespace: String,
        _ configuration: JSONObject,
        interface: String = "eth0",
        arguments: String = "",
        environment more: [String: String] = [:],
        as program: String = "weft-cni"
    ) throws -> Answer {
        var environment = [
            "CNI_COMMAND": command, "CNI_CONTAINERID": container, "CNI_NETNS": namespace, "CNI_IFNAME": interface,
            "CNI_PATH": programs, "CNI_ARGS": arguments,
        ]
        for (name, value) in more { environment[name] = value }
        return try execute(environment, JSONValue.object(configuration).bytes(), as: program)
    }

    /// Starts the plugin with exactly this environment and input.
    func execute(_ environment: [String: String], _ input: [UInt8], as program: String = "weft-cni") throws -> Answer {
        let command = ProcessCommand(
            program == "weft-cni" ? Self.plugin : "\(programs)/\(program)",
            environment: environment,
            networkNamespace: host.namespace,
            standardInput: .bytes(input)
        )
        let output = try ChildProcess.run(command, until: .after(.seconds(60)))
        return Answer(
            exit: output.status,
            document: try? JSONValue(parsing: output.standardOutput),
            text: output.text,
            messages: output.messages
        )
    }

    /// An ADD that must succeed.
    func add(
        _ container: String,
        to pod: TestNamespace,
        _ configuration: JSONObject,
        interface: String = "eth0",
        as program: String = "weft-cni"
    ) throws -> Answer {
        let answer = try call(
            "ADD",
            container,
            NetworkNamespace.path(named: pod.name),
            configuration,
            interface: interface,
            as: program
        )
        try #require(answer.exit == .exited(0), "\(answer.text) \(answer.messages)")
        return answer
    }

    /// A DEL that must succeed, and say nothing.
    func delete(_ container: String, namespace: String = "", _ configuration: JSONObject) throws {
        let answer = try call("DEL", container, namespace, configuration)
        #expect(answer.exit == .exited(0), "\(answer.text)")
        #expect(answer.text.isEmpty)
    }

    /// The addresses that are reserved in a network.
    func reserved(_ network: String = "weft") throws -> [String] {
        let folder = "\(directory)/\(network)"
        return File.exists(folder) ? try File.entries(ofDirectory: folder).filter { IPAddress($0) != nil } : []
    }
}

extension TestNamespace {
    /// Its path, as CNI_NETNS has it.
    var path: String { NetworkNamespace.path(named: name) }

    /// The output of `ip -j`, decoded; an empty array when there is none.
    func ip(_ arguments: String...) throws -> [JSONValue] {
        let text = try Witness.run("ip", ["-j"] + arguments, in: namespace)
        return text.isEmpty ? [] : try JSONValue(parsing: text).arrayValue ?? []
    }

    /// The names of its links, sorted.
    func linkNames() throws -> [String] {
        try ip("link", "show").compactMap { $0["ifname"]?.stringValue }.sorted()
    }

    /// "eth0 10.244.1.2/24" for each address but link-local ones and those of lo, sorted.
    func addresses() throws -> [String] {
        try ip("address", "show").flatMap { link -> [String] in
            guard let name = link["ifname"]?.stringValue, name != "lo" else { return [] }
            return (link["addr_info"]?.arrayValue ?? []).compactMap { address in
                guard let local = address["local"]?.stringValue, let length = address["prefixlen"]?.intValue,
                    address["scope"]?.stringValue != "link"
                else { return nil }
                return "\(name) \(local)/\(length)"
            }
        }.sorted()
    }

    /// "default via 10.244.1.1 dev eth0" for each route of the main tables that is not the kernel's, sorted.
    func routes() throws -> [String] {
        try (ip("-4", "route", "show") + ip("-6", "route", "show")).compactMap { route in
            guard route["protocol"]?.stringValue != "kernel", let destination = route["dst"]?.stringValue else {
                return nil
            }
            let gateway = route["gateway"]?.stringValue.map { " via \($0)" } ?? ""
            return "\(destination)\(gateway) dev \(route["dev"]?.stringValue ?? "-")"
        }.sorted()
    }
}

/// Runs a test with a namespace that plays the host, with a runtime in it, and some that play containers.
func withRuntime(
    pods count: Int,
    _ label: String = #function,
    _ body: (CNIRuntime, [TestNamespace]) throws -> Void
) throws {
    try withTestNamespaces(count + 1, "cni-\(label)") { namespaces in
        try body(CNIRuntime(host: namespaces[0]), Array(namespaces.dropFirst()))
    }
}
