import BenchRunner
import Glibc
import LinuxSystem

/// A running program of the comparison, with a log file.
final class PeerProcess {
    private let name: String
    private let child: ChildProcess
    private let log: String

    /// Starts a program in a namespace.
    init(_ name: String, _ path: String, _ arguments: [String], in namespace: NetworkNamespace, log: String) throws {
        self.name = name
        self.log = log
        try File.remove(log)
        child = try ChildProcess.start(
            ProcessCommand(
                path,
                arguments,
                networkNamespace: namespace,
                standardOutput: .logFile(log),
                standardError: .logFile(log),
                startsProcessGroup: true,
                endsWithParent: true
            )
        )
    }

    /// Looks at something again and again until it is so.
    ///
    /// - Throws: `BenchError` with the program's last words when it ends before, or the time is over.
    func wait(
        _ limit: Duration,
        for what: String,
        every pause: Duration = .microseconds(200),
        until isSo: () async throws -> Bool
    ) async throws {
        let deadline = Deadline.after(limit)
        var nextPoll = Deadline.now
        while try await !isSo() {
            if nextPoll.hasPassed {
                if let status = try child.poll() {
                    throw BenchError("\(name) ended early with \(status); its last words: \(lastWords)")
                }
                nextPoll = .after(.milliseconds(50))
            }
            if deadline.hasPassed {
                throw BenchError("\(name): no \(what) within \(limit); its last words: \(lastWords)")
            }
            try await Task.sleep(for: pause)
        }
    }

    /// Its processor time and that of its children that have ended, in nanoseconds, in steps of a clock tick
    /// (proc_pid_stat(5): utime, stime, cutime, cstime).
    func processorTime() throws -> Double {
        let text = try File.readText("/proc/\(child.pid)/stat")
        // The name in parentheses may hold anything; the third field follows it.
        let fields = text[(text.lastIndex(of: ")") ?? text.startIndex)...].split(separator: " ")
        guard fields.count > 15 else { return 0 }
        let ticks = fields[12...15].compactMap { Double($0) }.reduce(0, +)
        return ticks * 1e9 / Double(sysconf(Int32(_SC_CLK_TCK)))
    }

    /// Ends it and what it started.
    func stop() throws {
        try child.stop(grace: .seconds(5))
    }

    private var lastWords: String {
        let line = (try? File.readText(log))?.split(separator: "\n").last { !$0.allSatisfy(\.isWhitespace) }
        return line.map { String($0.prefix(300)) } ?? "none"
    }
}
