import Glibc
import LinuxSystem
import LinuxSystemTesting
import Testing

/// Sysctls and child processes, which depend on the thread's namespace.
@Suite(.enabled(if: KernelFeature.namespaces.isAvailable))
struct LinuxSystemNamespaceTests {
    @Test(arguments: ["net.ipv4.ip_forward", "net.ipv6.conf.all.forwarding"])
    func sysctlsAreOfTheThreadsNamespace(name: String) throws {
        try withTestNamespaces(2) { namespaces in
            try namespaces[0].run {
                let before = try Sysctl.read(name)
                #expect(try Sysctl.ensure(name, "1") == (before != "1"))
                #expect(try Sysctl.ensure(name, "1") == false)
            }
            try namespaces[1].run { try Sysctl.write(name, "0") }
            #expect(try namespaces[0].witness("sysctl", "-n", name) == "1\n")
            #expect(try namespaces[1].witness("sysctl", "-n", name) == "0\n")
        }
    }

    @Test func aValueThatTheKernelRefusesIsShown() throws {
        try withTestNamespace { _ in
            let error = #expect(throws: LinuxSystemError.self) { try Sysctl.write("net.ipv4.ip_forward", "many") }
            #expect(error?.description == "write sysctl net.ipv4.ip_forward=many: invalid argument (EINVAL)")
        }
    }

    @Test(arguments: [false, true])
    func aChildStartsInTheCallersNamespaceOrTheGivenOne(endsWithParent: Bool) throws {
        try withTestNamespaces(2) { namespaces in
            let identities = try namespaces.map { try $0.namespace.identity() }
            var command = ProcessCommand("stat", ["-L", "-c", "%d:%i", "/proc/self/ns/net"])
            command.endsWithParent = endsWithParent
            let prepared = command
            try namespaces[0].run {
                let callers = try ChildProcess.run(prepared)
                #expect(callers.text == "\(identities[0])\n")
                var given = prepared
                given.networkNamespace = namespaces[1].namespace
                let chosen = try ChildProcess.run(given)
                #expect(chosen.text == "\(identities[1])\n")
            }
        }
    }

    @Test func theKernelKillsAChildWhoseParentDies() async throws {
        let report = "/tmp/weft-parent-\(getpid())"
        defer { _ = try? File.remove(report) }
        // The process that the exit test runs in is the parent; it can't be told a path, so it derives it from its own.
        await #expect(processExitsWith: .signal(SIGKILL)) { () throws in
            var command = ProcessCommand("sleep", ["1000"])
            command.endsWithParent = true
            let child = try ChildProcess.start(command)
            try File.write("\(child.pid)".utf8, to: "/tmp/weft-parent-\(getppid())")
            kill(getpid(), SIGKILL)
        }
        let pid = try File.readText(report)
        let deadline = Deadline.after(.seconds(60))
        while isRunning(pid), !deadline.hasPassed { usleep(1000) }
        #expect(!isRunning(pid))
    }

    private func isRunning(_ pid: String) -> Bool {
        guard let status = try? File.readText("/proc/\(pid)/stat") else { return false }
        return !status.contains(") Z ")
    }

    @Test func aWitnessThatFailsSaysWhy() throws {
        let error = #expect(throws: LinuxSystemError.self) { try Witness.run("ip", "link", "show", "nosuch") }
        #expect(error?.code == .childFailed)
        #expect(error?.detail.contains("nosuch") == true)
    }
}
