import ClusterTesting
import Glibc
import JSONTree
import LinuxSystem
import LinuxSystemTesting
import Testing

/// `weft demo` as a user runs it: the program, its exit status, and what it leaves behind.
@Suite(.serialized)
struct DemoTests {
    private func demo(_ arguments: [String]) throws -> ProcessCommand {
        ProcessCommand(
            try Programs.besideThisOne().weft,
            ["demo"] + arguments,
            standardOutput: .captured,
            standardError: .captured
        )
    }

    private func leftovers(_ name: String) throws -> Leftovers {
        try Leftovers.find(of: ClusterLayout(name: name, nodeCount: 1))
    }

    @Test func everyCheckHoldsAndNothingIsLeft() throws {
        let output = try ChildProcess.run(
            demo(["--name", "testall", "--output", "json"]),
            until: .after(.seconds(300))
        )
        let report = try JSONValue(parsing: output.standardOutput)
        let checks = try #require(report["checks"]?.arrayValue)
        #expect(checks.count == 16)
        for check in checks { #expect(check["holds"]?.boolValue == true, "\(check)") }
        #expect(output.status.isSuccess, "\(output.messages)")
        #expect(try leftovers("testall").isEmpty)
        #expect(!File.exists("/run/weft-testall.lock"))
    }

    @Test(arguments: [SIGINT, SIGTERM])
    func aSignalHalfWayLeavesNothing(signal: Int32) throws {
        let child = try ChildProcess.start(demo(["--name", "testsignal"]))
        try waitUntil { try !leftovers("testsignal").processes.isEmpty }
        try child.send(signal: signal)
        let status = try #require(try child.wait(until: .after(.seconds(60))))
        let messages = String(decoding: try child.capturedMessages(), as: UTF8.self)
        #expect(status == .exited(130), "\(messages)")
        #expect(try leftovers("testsignal").isEmpty)
    }

    @Test func whatACrashLeavesIsRemovedByTheNextRun() throws {
        let child = try ChildProcess.start(demo(["--name", "testcrash"]))
        try waitUntil { try !leftovers("testcrash").processes.isEmpty }
        try child.stop(grace: .zero)
        #expect(try !leftovers("testcrash").namespaces.isEmpty)
        let output = try ChildProcess.run(demo(["--name", "testcrash", "--down"]), until: .after(.seconds(60)))
        #expect(output.status.isSuccess, "\(output.messages)")
        #expect(try leftovers("testcrash").isEmpty)
        #expect(!File.exists("/run/weft-testcrash.lock"))
    }

    @Test func aKeptClusterLivesOnUntilItIsTakenDown() throws {
        let output = try ChildProcess.run(
            demo(["--name", "testkeep", "--nodes", "1", "--keep"]),
            until: .after(.seconds(300))
        )
        defer { try? Leftovers.remove(of: ClusterLayout(name: "testkeep", nodeCount: 1)) }
        #expect(output.status.isSuccess, "\(output.messages)")
        #expect(output.text.contains("ip netns exec weft-testkeep-node1"))
        // The store, one weftd, two pods' servers.
        #expect(try leftovers("testkeep").processes.count == 4)
        let down = try ChildProcess.run(
            demo(["--name", "testkeep", "--nodes", "1", "--down"]),
            until: .after(.seconds(60))
        )
        #expect(down.status.isSuccess, "\(down.messages)")
        #expect(try leftovers("testkeep").isEmpty)
    }

    @Test(arguments: [[], ["--mode", "iptables", "--network", "vxlan", "--nodes", "2"]])
    func noToolIsStartedByAnyProgramOfOurs(arguments: [String]) throws {
        let trace = "/run/weft-teststrace.trace"
        defer { _ = try? File.remove(trace) }
        let weft = try Programs.besideThisOne().weft
        let output = try ChildProcess.run(
            ProcessCommand(
                "strace",
                ["-f", "-qq", "-e", "trace=execve", "-o", trace, weft, "demo", "--name", "teststrace"]
                    + arguments,
                standardOutput: .captured,
                standardError: .captured
            ),
            until: .after(.seconds(600))
        )
        #expect(output.status.isSuccess, "\(output.messages)\(output.text)")
        let executed = Set(
            try File.readText(trace).split(separator: "\n").compactMap { line -> String? in
                guard let start = line.firstIndex(of: "\""),
                    let end = line[line.index(after: start)...].firstIndex(of: "\"")
                else { return nil }
                return String(line[line.index(after: start)..<end].split(separator: "/").last ?? "")
            }
        )
        #expect(executed == ["weft", "weftd", "weft-store", "weft-cni"])
    }

    @Test(arguments: [
        (["--nodes", "0"], "give 1 to 20"), (["--nodes", "x"], "nodes"), (["--name", "Caps"], "lower-case"),
        (["--keep", "--down"], "give one of them"),
    ])
    func wrongFlagsAreOneClearLine(arguments: [String], expected: String) throws {
        let output = try ChildProcess.run(demo(arguments), until: .after(.seconds(30)))
        #expect(!output.status.isSuccess)
        #expect(output.messages.contains(expected))
        #expect(output.standardOutput.isEmpty)
    }

    private func waitUntil(_ condition: () throws -> Bool) throws {
        let deadline = Deadline.after(.seconds(60))
        while try !condition() {
            guard !deadline.hasPassed else {
                throw LinuxSystemError(code: .timeout, operation: "wait for", object: "the demo's first process")
            }
            usleep(5000)
        }
    }
}
