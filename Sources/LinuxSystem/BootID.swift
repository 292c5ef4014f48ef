/// Which boot of the machine this is.
public struct BootID: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
    /// The kernel's random UUID of this boot, as text.
    public let rawValue: String

    /// Wraps one read earlier, for comparison.
    public init(rawValue: String) {
        self.rawValue = rawValue
    }

    /// The running kernel's (/proc/sys/kernel/random/boot_id).
    ///
    /// - Throws: the error of reading it.
    public static func current() throws(LinuxSystemError) -> BootID {
        BootID(rawValue: try Sysctl.read("kernel.random.boot_id"))
    }

    /// The UUID.
    public var description: String { rawValue }
}
