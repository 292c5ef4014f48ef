public import LinuxSystem

/// Counts this process's open files, to find leaks.
public enum OpenFiles {
    /// How many files are open now, without the one that counting takes.
    ///
    /// Other threads open files, too: count in an exit test, where only the tested code runs.
    ///
    /// - Throws: the error of reading /proc/self/fd.
    public static func count() throws(LinuxSystemError) -> Int {
        try File.entries(ofDirectory: "/proc/self/fd").count - 1
    }

    /// What is open, as /proc/self/fd shows it, for a failed test's message.
    public static func list() -> [String] {
        let names = (try? File.entries(ofDirectory: "/proc/self/fd")) ?? []
        return names.compactMap { name in
            (try? File.linkTarget("/proc/self/fd/\(name)")).map { "\(name) -> \($0)" }
        }
    }

    /// How many more files are open after a body than before it.
    ///
    /// - Parameter body: runs once to warm up what opens files once and for all, and then counted.
    /// - Returns: the difference; 0 without a leak.
    /// - Throws: what the body throws.
    public static func leaked(by body: () throws -> Void) throws -> Int {
        try body()
        let before = try count()
        try body()
        return try count() - before
    }
}
