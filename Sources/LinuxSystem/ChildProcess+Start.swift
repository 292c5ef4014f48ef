import CLinuxShims
import Glibc

extension ChildProcess {
    /// Starts a program.
    ///
    /// It inherits no file but 0, 1 and 2, and no signal settings.
    ///
    /// - Throws: the error with what failed: ENOENT for a missing program, EACCES for one that can't be executed.
    public static func start(_ command: ProcessCommand) throws -> ChildProcess {
        guard command.endsWithParent else { return try startOnThisThread(command) }
        // PR_SET_PDEATHSIG fires when the *thread* that made the child ends, so such children come from a thread that
        // never does. What this thread would have passed on must then be said.
        var command = command
        if command.networkNamespace == nil { command.networkNamespace = try .current() }
        let prepared = command
        return try LastingThread.shared.run { try startOnThisThread(prepared) }
    }

    private static func startOnThisThread(_ command: ProcessCommand) throws -> ChildProcess {
        let path = try locate(command.executable)
        let input = try open(command.standardInput)
        let output = try open(command.standardOutput, inherited: 1)
        let messages = try open(command.standardError, inherited: 2)
        let pid = try spawn(
            command,
            path: path,
            descriptors: (input.rawValue, output.rawValue, messages.rawValue)
        )
        // Nobody else reaps our child, so its pid can't belong to another process yet.
        let handle = try SystemCall.run("open pidfd of", command.commandLine) { weft_pidfd_open(pid) }
        return ChildProcess(
            pid: pid,
            command: command,
            handle: FileDescriptor(owning: handle),
            output: command.standardOutput.isCaptured ? consume output : nil,
            messages: command.standardError.isCaptured ? consume messages : nil
        )
    }

    private static func open(_ input: ProcessCommand.Input) throws -> FileDescriptor {
        switch input {
        case .null: return try .open("/dev/null")
        case .inherited: return FileDescriptor(owning: try SystemCall.run { weft_fcntl(0, F_DUPFD_CLOEXEC, 3) })
        case .bytes(let bytes):
            // A file in memory instead of a pipe: whatever the child reads, and when, nobody must feed it.
            let file = try FileDescriptor.memory(named: "stdin")
            try file.write(bytes)
            try file.rewind()
            return file
        }
    }

    private static func open(_ output: ProcessCommand.Output, inherited: Int32) throws -> FileDescriptor {
        switch output {
        case .null: return try .open("/dev/null", .writeOnly)
        case .captured: return try .memory(named: inherited == 1 ? "stdout" : "stderr")
        case .logFile(let path): return try .open(path, [.writeOnly, .create, .append])
        case .inherited:
            return FileDescriptor(owning: try SystemCall.run { weft_fcntl(inherited, F_DUPFD_CLOEXEC, 3) })
        }
    }

    /// Finds a program as execvp(3) does: a name without a slash is looked up in PATH.
    private static func locate(_ executable: String) throws(LinuxSystemError) -> String {
        if executable.utf8.contains(UInt8(ascii: "/")) { return executable }
        let path = unsafe getenv("PATH").map { unsafe String(cString: $0) } ?? ""
        for directory in path.split(separator: ":") + ["/usr/sbin", "/usr/bin", "/sbin", "/bin"] {
            let candidate = "\(directory)/\(executable)"
            if unsafe access(candidate, X_OK) == 0 { return candidate }
        }
        throw LinuxSystemError(.noSuchFileOrDirectory, "find program", executable, detail: "it is not in PATH")
    }
}

extension ProcessCommand.Output {
    var isCaptured: Bool { if case .captured = self { true } else { false } }
}
