import KubeProxyConfiguration
import LinuxSystem
import ServiceProxy

/// What needs more rights than the daemon itself: `weftd --init-only`.
public enum NodeInitialization {
    /// Sets connection tracking as the command line, or its configuration file, says, in this network namespace.
    ///
    /// - Returns: what could not be set, in words.
    /// - Throws: `.option`, `.privilege`.
    public static func run(_ arguments: DaemonArguments) throws -> [String] {
        let settings = try arguments.settings()
        try Privileges.check()
        return ConntrackTuning(settings.conntrack).apply()
    }

    /// Tells the kernel how much it would rather end this process than another one.
    ///
    /// - Parameter score: -1000 to 1000.
    /// - Returns: why it could not be told.
    static func adjustOOMScore(_ score: Int) -> String? {
        do throws(LinuxSystemError) {
            try File.write("\(score)".utf8, to: "/proc/self/oom_score_adj", [])
            return nil
        } catch {
            return "\(error)"
        }
    }
}
