public import LinuxSystem

/// Why the kernel's ruleset could not be read.
public struct InspectError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The kernel's reason.
    public let errno: Errno
    /// What was read: `list tables`.
    public let operation: String

    init(_ operation: String, _ errno: Errno = .current) {
        self.errno = errno
        self.operation = operation
    }

    /// One line.
    public var description: String { "\(operation): \(errno)" }
}
