import Glibc
import LinuxSystem
import Testing

struct ChildProcessTests {
    private func shell(_ script: String) -> ProcessCommand { ProcessCommand("sh", ["-c", script]) }

    @Test func outputAndMessagesAreKeptApart() throws {
        let output = try ChildProcess.run(shell("echo out; echo err >&2; exit 3"))
        #expect(output.status == .exited(3))
        #expect(output.text == "out\n")
        #expect(output.messages == "err\n")
    }

    @Test func largeInputAndOutputNeedNobodyToPump() throws {
        let bytes = (0..<1_000_000).map { UInt8(truncatingIfNeeded: $0 &* 7) }
        var command = ProcessCommand("cat")
        command.standardInput = .bytes(bytes)
        #expect(try ChildProcess.run(command).standardOutput == bytes)
    }

    @Test func theEnvironmentIsTheGivenOne() throws {
        var command = ProcessCommand("env", environment: ["B": "two words", "A": "1"])
        #expect(try ChildProcess.run(command).text == "A=1\nB=two words\n")
        command.environment = [:]
        #expect(try ChildProcess.run(command).text == "")
        command.environment = nil
        #expect(try ChildProcess.run(command).text.contains("PATH="))
    }

    @Test func itStartsInItsDirectory() throws {
        var command = ProcessCommand("pwd")
        command.workingDirectory = "/proc"
        #expect(try ChildProcess.run(command).text == "/proc\n")
    }

    @Test func nothingElseIsInherited() throws {
        // Without O_CLOEXEC, as a careless library would open it.
        let leaky = unsafe open("/dev/null", O_RDONLY)
        defer { close(leaky) }
        #expect(leaky > 2)
        let listing = try ChildProcess.run(shell("ls /proc/$$/fd")).text
        #expect(Set(listing.split(separator: "\n")).isSubset(of: ["0", "1", "2", "3", "10"]))
        #expect(!listing.split(separator: "\n").contains("\(leaky)") || leaky == 3 || leaky == 10)
    }

    @Test func ignoredSignalsAreNotInherited() throws {
        let before = signal(SIGUSR2, SIG_IGN)
        defer { _ = signal(SIGUSR2, before) }
        #expect(try ChildProcess.run(shell("kill -USR2 $$; sleep 60")).status == .signaled(SIGUSR2))
    }

    @Test func aMissingProgramIsNamed() throws {
        let byName = #expect(throws: LinuxSystemError.self) { _ = try ChildProcess.run(ProcessCommand("weft-nosuch")) }
        #expect(byName?.errno == .noSuchFileOrDirectory)
        #expect(byName?.object == "weft-nosuch")
        let byPath = #expect(throws: LinuxSystemError.self) { _ = try ChildProcess.run(ProcessCommand("/etc/passwd")) }
        #expect(byPath?.description == "execute /etc/passwd: permission denied (EACCES)")
        var elsewhere = ProcessCommand("true")
        elsewhere.workingDirectory = "/nonexistent"
        let byDirectory = #expect(throws: LinuxSystemError.self) { _ = try ChildProcess.run(elsewhere) }
        #expect(byDirectory?.operation == "change to directory")
    }

    @Test func aDeadlineKills() throws {
        let error = #expect(throws: LinuxSystemError.self) {
            _ = try ChildProcess.run(
                self.shell("echo working >&2; exec sleep 1000"),
                until: .after(.milliseconds(200))
            )
        }
        #expect(error?.code == .timeout)
        #expect(error?.detail == "working\n")
    }

    @Test func stoppingAsksFirst() throws {
        let polite = try ChildProcess.start(
            shell("trap 'exit 5' TERM; echo ready; while :; do sleep 0.01; done")
        )
        while try polite.capturedOutput().isEmpty { usleep(1000) }
        #expect(try polite.stop(grace: .seconds(60)) == .exited(5))
        let stubborn = try ChildProcess.start(shell("trap '' TERM; echo ready; while :; do sleep 0.01; done"))
        while try stubborn.capturedOutput().isEmpty { usleep(1000) }
        #expect(try stubborn.stop(grace: .milliseconds(50)) == .signaled(SIGKILL))
        #expect(try stubborn.send(signal: SIGTERM) == false)
        #expect(try stubborn.poll() == .signaled(SIGKILL))
    }

    @Test func aGroupIsSignalledAsAWhole() throws {
        var command = shell("sleep 1000 & echo $!; wait")
        command.startsProcessGroup = true
        let child = try ChildProcess.start(command)
        while try child.capturedOutput().last != UInt8(ascii: "\n") { usleep(1000) }
        let grandchild = String(decoding: try child.capturedOutput().dropLast(), as: UTF8.self)
        try child.stop(grace: .zero)
        let deadline = Deadline.after(.seconds(60))
        // Nobody may reap it here: a zombie has ended as well.
        while !hasEnded(grandchild), !deadline.hasPassed { usleep(1000) }
        #expect(hasEnded(grandchild))
    }

    private func hasEnded(_ pid: String) -> Bool {
        guard let status = try? File.readText("/proc/\(pid)/stat") else { return true }
        return status.contains(") Z ")
    }

    @Test func aDroppedChildIsKilledAndReaped() throws {
        var pid: Int32 = 0
        do {
            let child = try ChildProcess.start(ProcessCommand("sleep", ["1000"]))
            pid = child.pid
            #expect(try child.poll() == nil)
        }
        #expect(!File.exists("/proc/\(pid)") || hasEnded("\(pid)"))
    }

    @Test func aLogFileIsAppendedTo() throws {
        let directory = try File.createTemporaryDirectory(prefix: "weft-child-tests")
        defer { try? File.removeTree(directory) }
        var command = shell("echo one; echo two >&2")
        command.standardOutput = .logFile("\(directory)/log")
        command.standardError = .logFile("\(directory)/log")
        _ = try ChildProcess.run(command)
        _ = try ChildProcess.run(command)
        #expect(try File.readText("\(directory)/log") == "one\ntwo\none\ntwo\n")
    }

    @Test func aChildEndsWithItsParentsProcessAndNotWithTheThread() throws {
        var command = ProcessCommand("sleep", ["1000"])
        command.endsWithParent = true
        let prepared = command
        let child = try DedicatedThread.run(name: "short-lived") { try ChildProcess.start(prepared) }
        // The thread that asked for it has ended; the child must not.
        #expect(try child.wait(until: .after(.milliseconds(100))) == nil)
        #expect(try child.stop(grace: .zero) == .signaled(SIGKILL))
    }

    @Test func runningSuccessfullyDemandsCodeZero() throws {
        #expect(try ChildProcess.runSuccessfully(shell("echo fine")).text == "fine\n")
        let error = #expect(throws: LinuxSystemError.self) {
            _ = try ChildProcess.runSuccessfully(self.shell("echo broken >&2; exit 2"))
        }
        #expect(error?.code == .childFailed)
        #expect(error?.detail == "exit code 2: broken\n")
    }
}
