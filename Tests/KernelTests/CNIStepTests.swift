import JSONTree
import LinuxSystem
import LinuxSystemTesting
import NetworkTypes
import Testing

@testable import PodNetwork

/// A failure after each step of an ADD: nothing of it is left.
@Suite(.enabled(if: KernelFeature.bridge.isAvailable && KernelFeature.veth.isAvailable))
struct CNIStepTests {
    /// Calls the plugin in this process, in the namespace that plays the host.
    private func add(
        _ runtime: CNIRuntime,
        _ pod: TestNamespace,
        _ configuration: JSONObject,
        failingAfter step: String?
    ) throws -> (outcome: CommandOutcome, seen: [String]) {
        var seen: [String] = []
        let environment = [
            "CNI_COMMAND": "ADD", "CNI_CONTAINERID": "c1", "CNI_NETNS": pod.path, "CNI_IFNAME": "eth0",
            "CNI_PATH": runtime.programs,
        ]
        let outcome = try runtime.host.run {
            CNIPlugin.run(
                program: "weft-cni",
                environment: environment,
                input: { JSONValue.object(configuration).bytes() },
                observer: { (name: String) throws(CNIError) in
                    seen.append(name)
                    if name == step { throw CNIError(.kernelRefused, "injected after \(name)") }
                }
            )
        }
        return (outcome, seen)
    }

    private static func traces(_ runtime: CNIRuntime, _ pod: TestNamespace) throws -> [String] {
        let folder = "\(runtime.directory)/.weft/weft"
        let records = File.exists(folder) ? try File.entries(ofDirectory: folder).filter { $0 != "boot" } : []
        let tables = try Witness.run("nft", ["list", "tables"], in: runtime.host.namespace)
            .split(separator: "\n").filter { !$0.contains("weft-cni-weft") }.map(String.init)
        return try runtime.host.linkNames().filter { !$0.hasPrefix("cni0") } + pod.linkNames() + pod.routes()
            + runtime.reserved() + records + tables
            + runtime.host.ip("neigh", "show").compactMap { $0["dst"]?.stringValue }
    }

    static let configurations: [(name: String, members: JSONObject, steps: [String])] = [
        (
            "bridge",
            [
                "ipMasq": true, "macspoofchk": true, "tuning": ["sysctl": ["net.core.somaxconn": "77"]],
                "bandwidth": ["egressRate": 8_000_000, "egressBurst": 8_000_000],
                "runtimeConfig": ["portMappings": [["hostPort": 8080, "containerPort": 80]]],
            ],
            ["addresses", "hold", "bridge", "veth pair", "container", "tuning", "bandwidth", "rules"]
        ),
        (
            "ptp", ["type": "ptp", "ipMasq": true],
            ["addresses", "hold", "forwarding", "veth pair", "container", "rules"]
        ),
        ("macvlan", ["type": "macvlan", "master": "up0"], ["addresses", "hold", "link", "container"]),
    ]

    @Test(.enabled(if: KernelFeature.nft.isAvailable && KernelFeature.macvlan.isAvailable), arguments: 0..<3)
    func failureAfterEachStepLeavesNothing(_ index: Int) throws {
        let (_, members, steps) = Self.configurations[index]
        try withRuntime(pods: 1) { runtime, pods in
            try runtime.host.witness("ip", "link", "add", "up0", "type", "veth", "peer", "name", "up1")
            let configuration = runtime.configuration(members)
            let before = try Self.traces(runtime, pods[0])
            for step in steps {
                let (outcome, seen) = try add(runtime, pods[0], configuration, failingAfter: step)
                #expect(outcome.document?["msg"] == .string("injected after \(step)"))
                #expect(outcome.document?["details"] == nil)
                #expect(seen == steps.prefix { $0 != step } + [step])
                #expect(try Self.traces(runtime, pods[0]) == before, "after \(step)")
            }
            let (outcome, seen) = try add(runtime, pods[0], configuration, failingAfter: nil)
            #expect(outcome.exitCode == 0, "\(outcome)")
            #expect(seen == steps)
            try runtime.delete("c1", namespace: pods[0].path, configuration)
            #expect(try Self.traces(runtime, pods[0]) == before)
        }
    }
}
