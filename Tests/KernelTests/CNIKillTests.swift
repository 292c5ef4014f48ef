import JSONTree
import LinuxSystem
import LinuxSystemTesting
import NetworkTypes
import Testing

/// An ADD that is killed at a system call, and one whose system call fails: DEL leaves nothing behind.
@Suite(
    .enabled(if: KernelFeature.bridge.isAvailable && KernelFeature.veth.isAvailable && KernelFeature.nft.isAvailable)
)
struct CNIKillTests {
    private func configuration(_ runtime: CNIRuntime) -> JSONObject {
        runtime.configuration([
            "ipMasq": true, "macspoofchk": true,
            "runtimeConfig": [
                "portMappings": [["hostPort": 8080, "containerPort": 80]],
                "bandwidth": [
                    "ingressRate": 8_000_000, "ingressBurst": 8_000_000, "egressRate": 8_000_000,
                    "egressBurst": 8_000_000,
                ],
            ],
        ])
    }

    /// Starts the plugin under strace, which changes one of its system calls.
    private func add(_ runtime: CNIRuntime, _ pod: TestNamespace, _ options: [String]) throws -> ChildProcess.Output {
        let environment = [
            "CNI_COMMAND": "ADD", "CNI_CONTAINERID": "c1", "CNI_NETNS": pod.path, "CNI_IFNAME": "eth0",
            "CNI_PATH": runtime.programs, "PATH": "/usr/bin:/bin",
        ]
        let command = ProcessCommand(
            "/usr/bin/strace",
            ["-f", "-o", "\(runtime.directory)/.trace"] + options + [CNIRuntime.plugin],
            environment: environment,
            networkNamespace: runtime.host.namespace,
            standardInput: .bytes(JSONValue.object(configuration(runtime)).bytes())
        )
        return try ChildProcess.run(command, until: .after(.seconds(60)))
    }

    private func traces(_ runtime: CNIRuntime, _ pod: TestNamespace) throws -> [String] {
        let folder = "\(runtime.directory)/.weft/weft"
        let records = File.exists(folder) ? try File.entries(ofDirectory: folder).filter { $0 != "boot" } : []
        let tables = try Witness.run("nft", ["list", "tables"], in: runtime.host.namespace)
        return try runtime.host.linkNames().filter { $0 != "cni0" } + pod.linkNames() + runtime.reserved() + records
            + tables.split(separator: "\n").map(String.init)
    }

    /// The calls that change anything, each with its number among those of its name and thread.
    private func calls(_ runtime: CNIRuntime, _ pod: TestNamespace) throws -> [(name: String, number: Int)] {
        let names = [
            "sendto", "sendmsg", "write", "openat", "open", "link", "linkat", "unlink", "rename", "setns", "mkdir",
        ]
        #expect(
            try add(runtime, pod, ["-e", "trace=\(names.map { "?\($0)" }.joined(separator: ","))"]).status.isSuccess
        )
        var counts: [String: Int] = [:]
        var perThread: [String: Int] = [:]
        for line in try File.readText("\(runtime.directory)/.trace").split(separator: "\n") {
            let words = line.split(separator: " ", omittingEmptySubsequences: true)
            guard words.count > 1, let name = words[1].split(separator: "(").first.map(String.init),
                names.contains(name)
            else { continue }
            perThread["\(words[0]) \(name)", default: 0] += 1
            counts[name] = max(counts[name] ?? 0, perThread["\(words[0]) \(name)"] ?? 0)
        }
        return counts.sorted { $0.key < $1.key }.flatMap { name, count in (1...count).map { (name, $0) } }
    }

    @Test(arguments: ["signal=KILL", "error=ENOMEM"])
    func removalLeavesNothing(_ fault: String) throws {
        try #require(Witness.has("strace"))
        try withRuntime(pods: 1) { runtime, pods in
            let bare = runtime.configuration(["ipMasq": true])
            try runtime.delete("c1", bare)
            let before = try traces(runtime, pods[0])
            let calls = try calls(runtime, pods[0])
            try runtime.delete("c1", bare)
            #expect(try traces(runtime, pods[0]) == before)
            #expect(calls.count > 40)
            var failures = 0
            for (name, number) in calls {
                let output = try add(
                    runtime,
                    pods[0],
                    ["-e", "trace=\(name)", "-e", "inject=\(name):\(fault):when=\(number)"]
                )
                if !output.status.isSuccess {
                    failures += 1
                    // A failed ADD cleans up by itself; a killed one can't.
                    if fault.hasPrefix("error") {
                        let left = try traces(runtime, pods[0]).filter { !$0.contains("weft-cni-weft") }
                        #expect(left == before, "after a failed ADD: \(name) \(number): \(output.text)")
                    }
                }
                // Without the container's namespace, as `ctr` does.
                try runtime.delete("c1", bare)
                #expect(try traces(runtime, pods[0]) == before, "\(name) \(number) \(output.text)")
            }
            #expect(failures > 20)
        }
    }
}
