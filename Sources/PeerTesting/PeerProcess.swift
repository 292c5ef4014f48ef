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
                if let reason = try failure() { throw BenchError(reason) }
                nextPoll = .after(.milliseconds(50))
            }
            if deadline.hasPassed {
                throw BenchError("\(name): no \(what) within \(limit); its last words: \(lastWords)")
            }
            try await Task.sleep(for: pause)
        }
    }

    /// Waits until so many Services are in the kernel; returns when that was.
    func waitForServices(
        _ wanted: Int,
        _ view: KernelView,
        _ patience: Duration,
        since start: MonotonicTime
    ) async throws -> MonotonicTime {
        var (seen, time) = (try view.stamp(), start)
        try await wait(patience, for: "\(wanted) Services in the kernel") {
            let stamp = try view.stamp()
            guard stamp != seen else { return false }
            // When it was seen counts, not when it was understood.
            (seen, time) = (stamp, .now)
            return try view.serviceCount() >= wanted
        }
        return time
    }

    /// The memory that it has now, and the most that it ever had, in bytes (proc_pid_status(5): VmRSS, VmHWM).
    func memory() throws -> (resident: Double, most: Double) {
        let lines = try File.readText("/proc/\(child.pid)/status").split(separator: "\n")
        func bytes(_ field: String) -> Double {
            let line = lines.first { $0.hasPrefix("\(field):") }
            return (line?.split(separator: "\t").last?.split(separator: " ").first).flatMap { Double($0) } ?? 0
        }
        return (bytes("VmRSS") * 1024, bytes("VmHWM") * 1024)
    }

    /// Its processor time, that of threads that have ended included, in nanoseconds (clock_getcpuclockid(3)).
    func exactProcessorTime() throws -> Double {
        var clock = clockid_t()
        var time = timespec()
        guard unsafe clock_getcpuclockid(child.pid, &clock) == 0, unsafe clock_gettime(clock, &time) == 0 else {
            throw BenchError("\(name) has no processor time: it has ended; its last words: \(lastWords)")
        }
        return Double(time.tv_sec) * 1e9 + Double(time.tv_nsec)
    }

    /// How it ended, if it did, with its last words.
    func failure() throws -> String? {
        try child.poll().map { "\(name) ended early with \($0); its last words: \(lastWords)" }
    }

    /// Ends it at once, in whatever it does, and waits until it is gone.
    func kill() throws {
        try child.stop(grace: .zero)
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
