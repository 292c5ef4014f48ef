import FoundationEssentials

/// Whether this process may change the kernel's network configuration: capabilities(7).
enum Privileges {
    /// CAP_NET_ADMIN of linux/capability.h.
    private static let netAdmin: UInt64 = 1 << 12

    /// Checks for CAP_NET_ADMIN.
    ///
    /// - Throws: `.privilege`.
    static func check(status: String = read()) throws(NodeDaemonError) {
        guard let capabilities = effective(in: status) else { return }
        guard capabilities & netAdmin == 0 else { return }
        throw NodeDaemonError(
            .privilege,
            "not permitted to change the kernel's network (CAP_NET_ADMIN): run weftd as root"
        )
    }

    /// The effective capabilities in the text of `/proc/self/status`.
    static func effective(in status: String) -> UInt64? {
        for line in status.split(separator: "\n") where line.hasPrefix("CapEff:") {
            return UInt64(line.dropFirst("CapEff:".count).drop(while: \.isWhitespace), radix: 16)
        }
        return nil
    }

    private static func read() -> String {
        String(decoding: FileManager.default.contents(atPath: "/proc/self/status") ?? Data(), as: UTF8.self)
    }
}
