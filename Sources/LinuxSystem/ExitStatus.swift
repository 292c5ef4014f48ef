/// How a process ended.
public enum ExitStatus: Hashable, Sendable, CustomStringConvertible {
    /// It ended by itself, with this code (0 to 255).
    case exited(Int32)
    /// A signal ended it.
    case signaled(Int32)

    /// Whether it ended by itself with code 0.
    public var isSuccess: Bool { self == .exited(0) }

    /// "exit code 3", "signal 9".
    public var description: String {
        switch self {
        case .exited(let code): "exit code \(code)"
        case .signaled(let signal): "signal \(signal)"
        }
    }

    /// From `weft_pidfd_reap`: the code, or 256 + the signal.
    init(reaped status: Int32) {
        self = status >= 256 ? .signaled(status - 256) : .exited(status)
    }
}
