import JSONTree
import LinuxSystem
import LinuxSystemTesting
import NetworkTypes
import Testing

/// What a call costs, in system calls: that doesn't depend on how busy the machine is.
@Suite(
    .enabled(if: KernelFeature.bridge.isAvailable && KernelFeature.veth.isAvailable && KernelFeature.nft.isAvailable)
)
struct CNICostTests {
    /// Calls the plugin under strace.
    ///
    /// - Returns: how many system calls it made, by name.
    private func trace(
        _ runtime: CNIRuntime,
        _ command: String,
        _ container: String,
        _ pod: TestNamespace,
        _ configuration: JSONObject
    ) throws -> [String: Int] {
        let output = "\(runtime.directory)/.trace"
        let environment = [
            "CNI_COMMAND": command, "CNI_CONTAINERID": container, "CNI_NETNS": pod.path, "CNI_IFNAME": "eth0",
            "CNI_PATH": runtime.programs,
        ]
        let call = ProcessCommand(
            "/usr/bin/strace",
            ["-f", "-o", output, CNIRuntime.plugin],
            environment: environment,
            networkNamespace: runtime.host.namespace,
            standardInput: .bytes(JSONValue.object(configuration).bytes())
        )
        let result = try ChildProcess.run(call, until: .after(.seconds(60)))
        try #require(result.status == .exited(0), "\(result.text) \(result.messages)")
        var counts: [String: Int] = [:]
        for line in try File.readText(output).split(separator: "\n") {
            // "1234 openat(AT_FDCWD, ...": a signal, an end and the second half of a call begin otherwise.
            let words = line.split(separator: " ", omittingEmptySubsequences: true)
            guard words.count > 1, let name = words[1].split(separator: "(").first, words[1].contains("("),
                name.allSatisfy({ $0.isLetter || $0.isNumber || $0 == "_" })
            else { continue }
            counts[String(name), default: 0] += 1
        }
        return counts
    }

    private static func configuration(_ runtime: CNIRuntime, _ masquerades: Bool, _ families: [IPFamily]) -> JSONObject
    {
        let ranges: [JSONValue] = families.map { family in
            [["subnet": family == .ipv4 ? "10.244.0.0/16" : "fd00:1::/64"]]
        }
        return runtime.configuration(["ipMasq": .bool(masquerades)], ranges: .array(ranges))
    }

    @Test(arguments: [(false, 140), (true, 150)])
    func anAdditionMakesFewCallsAndNoProcess(_ masquerades: Bool, _ limit: Int) throws {
        try #require(Witness.has("strace"))
        try withRuntime(pods: 2) { runtime, pods in
            let network = Self.configuration(runtime, masquerades, [.ipv4])
            // The network's first one makes the bridge and the rules.
            _ = try runtime.add("c0", to: pods[0], network)
            let counts = try trace(runtime, "ADD", "c1", pods[1], network)
            let sum = counts.values.reduce(0, +)
            #expect(sum <= limit, "\(sum): \(counts.sorted { $0.value > $1.value })")
            for name in ["clone", "clone3", "fork", "vfork"] { #expect(counts[name] == nil) }
            #expect(counts["execve"] == 1)
            let removal = try trace(runtime, "DEL", "c1", pods[1], network)
            #expect(removal.values.reduce(0, +) <= limit, "\(removal.sorted { $0.value > $1.value })")
        }
    }

    @Test func costDoesNotGrowWithTheReservations() throws {
        try #require(Witness.has("strace"))
        try withRuntime(pods: 2) { runtime, pods in
            let network = Self.configuration(runtime, true, [.ipv4])
            _ = try runtime.add("c0", to: pods[0], network)
            var sums: [[Int]] = []
            var reserved = 1
            for wanted in [1, 500, 5000] {
                while reserved < wanted {
                    let address = "10.244.\(100 + reserved / 250).\(reserved % 250 + 1)"
                    try File.write("other\(reserved)\r\neth0".utf8, to: "\(runtime.directory)/weft/\(address)")
                    reserved += 1
                }
                let addition = try trace(runtime, "ADD", "c1", pods[1], network)
                let removal = try trace(runtime, "DEL", "c1", pods[1], network)
                sums.append([addition, removal].map { $0.values.reduce(0, +) })
            }
            for place in 0...1 {
                let column = sums.map { $0[place] }
                #expect((column.max() ?? 0) - (column.min() ?? 0) <= 3, "\(sums)")
            }
        }
    }
}
