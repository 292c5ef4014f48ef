import CLinuxShims
import Synchronization

/// A child's exit status, taken from the kernel exactly once however many threads ask.
final class ReapedStatus: Sendable {
    private let cell = Mutex<ExitStatus?>(nil)

    /// The status, when it is known.
    var status: ExitStatus? { cell.withLock { $0 } }

    /// Looks whether the child has ended, and reaps it then.
    func update(handle: Int32, object: @autoclosure () -> String) throws(LinuxSystemError) -> ExitStatus? {
        try cell.withLock { status throws(LinuxSystemError) in
            if let status { return status }
            var reaped: Int32 = 0
            let ended = try SystemCall.run("wait for", object()) { unsafe weft_pidfd_reap(handle, &reaped) }
            if ended == 1 { status = ExitStatus(reaped: reaped) }
            return status
        }
    }
}
