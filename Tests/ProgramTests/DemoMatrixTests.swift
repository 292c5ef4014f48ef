import ClusterTesting
import Glibc
import JSONTree
import LinuxSystem
import LinuxSystemTesting
import Testing

/// The whole demo in every mode and over every network that the development kernel can do; the others run in the
/// virtual machine.
@Suite(.serialized)
struct DemoMatrixTests {
    private func run(_ arguments: [String], within limit: Duration = .seconds(300)) throws -> ChildProcess.Output {
        try ChildProcess.run(
            ProcessCommand(
                try Programs.besideThisOne().weft,
                ["demo"] + arguments,
                standardOutput: .captured,
                standardError: .captured
            ),
            until: .after(limit)
        )
    }

    // nftables over host-gw, with three nodes, is DemoTests'.
    @Test(arguments: [("nftables", "vxlan", 3), ("iptables", "host-gw", 2), ("iptables", "vxlan", 2)])
    func everyCheckHolds(mode: String, network: String, nodes: Int) throws {
        let output = try run([
            "--name", "testmatrix", "--nodes", "\(nodes)", "--mode", mode, "--network", network, "--output", "json",
        ])
        #expect(output.status.isSuccess, "\(output.messages)")
        let report = try JSONValue(parsing: output.standardOutput)
        #expect(report["mode"]?.stringValue == mode)
        #expect(report["network"]?.stringValue == network)
        let checks = try #require(report["checks"]?.arrayValue)
        #expect(checks.count == 16)
        for check in checks { #expect(check["holds"]?.boolValue == true, "\(check)") }
        #expect(try Leftovers.find(of: ClusterLayout(name: "testmatrix", nodeCount: nodes)).isEmpty)
    }

    @Test(.enabled(if: !hasIPVS))
    func aKernelWithoutIPVSIsToldAtOnceWithTheWayOut() throws {
        let output = try run(["--name", "testnoipvs", "--mode", "ipvs", "--network", "vxlan"], within: .seconds(30))
        let line =
            "this kernel has no ip_vs, which --mode ipvs needs: run \"make demo-vm DEMO='--mode ipvs --network vxlan'\""
        #expect(output.messages == "weft: \(line)\n")
        #expect(!output.status.isSuccess)
        #expect(output.standardOutput.isEmpty)
        #expect(try Leftovers.find(of: ClusterLayout(name: "testnoipvs", nodeCount: 3)).isEmpty)
    }

    @Test(.enabled(if: !hasIPVS))
    func weftdInAModeThatTheKernelLacksEndsWithOneLine() throws {
        let output = try weftd(["--mode", "ipvs"])
        #expect(output.status == .exited(1))
        #expect(
            output.messages.hasPrefix("weftd: mode ipvs: the kernel has no IP virtual server; load it with: modprobe")
        )
        #expect(output.messages.split(separator: "\n").count == 1)
    }

    @Test(arguments: [
        (["--mode", "ebpf"], "--mode \"ebpf\": unknown; allowed is nftables, iptables, ipvs"),
        (["--network", "ipip"], "--network \"ipip\": unknown; allowed is vxlan, host-gw, none"),
        (["--mode", "ipvs", "--ipvs-scheduler", "fair"], "--ipvs-scheduler \"fair\": unknown; allowed is rr, wrr, lc"),
    ])
    func weftdNamesWhatItDoesNotKnow(arguments: [String], expected: String) throws {
        let output = try weftd(arguments)
        #expect(!output.status.isSuccess)
        #expect(output.messages.hasPrefix("weftd: \(expected)"), "\(output.messages)")
        #expect(output.messages.split(separator: "\n").count == 1)
    }

    @Test(arguments: [(["--mode", "ebpf"], "--mode"), (["--network", "none"], "--network"), (["--mode"], "--mode")])
    func theDemoNamesWhatItDoesNotKnow(arguments: [String], expected: String) throws {
        let output = try run(arguments, within: .seconds(30))
        #expect(!output.status.isSuccess)
        #expect(output.messages.contains(expected))
        #expect(output.messages.split(separator: "\n").count == 1)
    }

    private static let hasIPVS = File.exists("/proc/net/ip_vs")

    private func weftd(_ arguments: [String]) throws -> ChildProcess.Output {
        try ChildProcess.run(
            ProcessCommand(
                try Programs.besideThisOne().weftd,
                ["--node-name", "node1", "--server", "unix:/run/weft-nobody.sock"] + arguments,
                networkNamespace: .anonymous(),
                standardOutput: .captured,
                standardError: .captured
            ),
            until: .after(.seconds(30))
        )
    }
}
