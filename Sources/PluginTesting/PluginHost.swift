import BenchRunner
import JSONTree
import LinuxSystem
import NetworkTypes

/// A namespace that plays a host, with a plugin's bridge and reservations in it.
final class PluginHost {
    /// The network's addresses.
    static let subnet = "10.22.0.0/16"

    let namespace: NetworkNamespace
    private let program: PluginProgram
    private let directory: String
    private let configuration: [UInt8]
    /// Containers that stay for all rounds.
    private var crowd: NamespaceCrowd
    private var count = 0

    init(_ program: PluginProgram, masquerades: Bool) throws {
        self.program = program
        namespace = try BareHost.namespace()
        crowd = try NamespaceCrowd()
        directory = try File.createTemporaryDirectory(prefix: "weft-bench-cni")
        configuration = JSONValue.object([
            "cniVersion": "1.0.0", "name": "bench", "type": .string(program.type), "bridge": "cni0",
            "isGateway": true, "isDefaultGateway": true, "hairpinMode": true, "ipMasq": .bool(masquerades),
            "ipam": [
                "type": "host-local", "dataDir": .string(directory), "ranges": [[["subnet": .string(Self.subnet)]]],
            ],
        ]).bytes()
    }

    deinit { try? File.removeTree(directory) }

    /// Attaches containers that stay.
    func fill(_ pods: Int) throws {
        for index in 0..<pods {
            let pod = try NetworkNamespace.anonymous()
            _ = try call("ADD", "crowd\(index)", pod)
            try crowd.append(pod)
        }
        try crowd.close()
    }

    /// Reserves addresses, as containers of the reference do that are somewhere else.
    func reserve(_ count: Int) throws {
        try File.createDirectories("\(directory)/bench")
        for index in 0..<count {
            let address = IPv4Address(rawValue: 0x0A16_8000 + UInt32(index))
            try File.write("other\(index)\r\neth0".utf8, to: "\(directory)/bench/\(address)")
        }
    }

    /// An id that no container had before.
    func newID() -> String {
        count += 1
        return "bench\(count)"
    }

    /// Calls the plugin as a runtime does, and waits for its end.
    ///
    /// - Returns: from its start to its end, in nanoseconds.
    /// - Throws: `BenchError` with what the plugin said.
    func call(_ command: String, _ container: String, _ pod: NetworkNamespace) throws -> Double {
        let process = processCommand(command, container, pod)
        var time = 0.0
        let output = try BenchClock.time(&time) { try ChildProcess.run(process, until: .after(.seconds(60))) }
        try check(output.status, output.text, command)
        return time
    }

    /// Calls the plugin for several containers at once.
    ///
    /// - Returns: from the first one's start to the last one's end, in nanoseconds.
    /// - Throws: `BenchError` with what a plugin said.
    func callTogether(_ command: String, _ containers: [(id: String, pod: NetworkNamespace)]) throws -> Double {
        let commands = containers.map { processCommand(command, $0.id, $0.pod) }
        var time = 0.0
        let children = try BenchClock.time(&time) {
            let children = try commands.map { try ChildProcess.start($0) }
            for child in children { _ = try child.wait(until: .after(.seconds(60))) }
            return children
        }
        for child in children {
            guard let status = try child.poll() else { throw BenchError("\(child) does not end") }
            try check(status, String(decoding: try child.capturedOutput(), as: UTF8.self), command)
        }
        return time
    }

    private func processCommand(_ command: String, _ container: String, _ pod: NetworkNamespace) -> ProcessCommand {
        ProcessCommand(
            program.path,
            environment: [
                "CNI_COMMAND": command, "CNI_CONTAINERID": container, "CNI_IFNAME": "eth0",
                "CNI_NETNS": "/proc/\(ProcessNumber.own)/fd/\(pod.fileDescriptor)", "CNI_PATH": program.folder,
                "PATH": "/usr/sbin:/usr/bin:/sbin:/bin",
            ],
            networkNamespace: namespace,
            standardInput: .bytes(configuration)
        )
    }

    private func check(_ status: ExitStatus, _ text: String, _ command: String) throws {
        guard status.isSuccess else { throw BenchError("\(program.path) \(command): \(status): \(text)") }
    }
}
