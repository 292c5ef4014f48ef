import Glibc
import LinuxSystem
import TrafficTesting

/// What a cluster of a name has on this machine, found by name alone: after a crash as well as at the orderly end.
public struct Leftovers: Sendable, Equatable {
    /// Named network namespaces.
    public let namespaces: [String]
    /// Processes that run in one of them.
    public let processes: [Int32]
    /// Files and folders.
    public let paths: [String]

    /// Whether there is nothing.
    public var isEmpty: Bool { namespaces.isEmpty && processes.isEmpty && paths.isEmpty }

    /// `3 namespaces, 2 processes, 1 folder`, or `nothing`.
    public var summary: String {
        let parts = [(namespaces.count, "namespaces"), (processes.count, "processes"), (paths.count, "folders")]
        let present = parts.filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }
        return present.isEmpty ? "nothing" : present.joined(separator: ", ")
    }

    /// Looks for everything of that layout's name.
    public static func find(of layout: ClusterLayout) throws -> Leftovers {
        let namespaces = try NetworkNamespace.names().filter { $0.hasPrefix(layout.namespacePrefix) }
        // A name that is no namespace yet, or no more, has no processes; it is removed all the same.
        let identities = Set(namespaces.compactMap { try? NetworkNamespace.open(named: $0).identity() })
        let processes = try File.entries(ofDirectory: "/proc").compactMap { entry -> Int32? in
            // A process may end while we look.
            guard let pid = Int32(entry), let namespace = try? NetworkNamespace.ofProcess(pid),
                let identity = try? namespace.identity(), identities.contains(identity)
            else { return nil }
            return pid
        }
        return Leftovers(
            namespaces: namespaces,
            processes: processes,
            paths: File.exists(layout.directory) ? [layout.directory] : []
        )
    }

    /// Ends the processes, removes the namespaces (and with them every link, address, route and rule) and the files.
    public static func remove(of layout: ClusterLayout) throws {
        let found = try find(of: layout)
        for process in found.processes { _ = kill(process, SIGKILL) }
        try waitForEnd(of: found.processes)
        for namespace in found.namespaces { try NetworkNamespace.remove(named: namespace) }
        for path in found.paths { try File.removeTree(path) }
    }

    private static func waitForEnd(of processes: [Int32]) throws {
        let deadline = Deadline.after(Patience.duration(.seconds(10)))
        for process in processes {
            while isRunning(process) {
                guard !deadline.hasPassed else {
                    throw LinuxSystemError(code: .timeout, operation: "end process", object: "\(process)")
                }
                usleep(2000)
            }
        }
    }

    /// A zombie holds no namespace any more; its parent reaps it.
    private static func isRunning(_ process: Int32) -> Bool {
        guard let status = try? File.readText("/proc/\(process)/stat"), let name = status.lastIndex(of: ")") else {
            return false
        }
        return !status[status.index(after: name)...].hasPrefix(" Z")
    }
}
