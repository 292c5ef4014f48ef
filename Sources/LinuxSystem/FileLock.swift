import CLinuxShims
import Glibc

/// A lock on a file (flock(2)), held as long as this value lives; the kernel releases it when the process dies.
public struct FileLock: ~Copyable, Sendable {
    /// The locked file's path.
    public let path: String
    private let descriptor: FileDescriptor

    private init(path: String, descriptor: consuming FileDescriptor) {
        self.path = path
        self.descriptor = descriptor
    }

    deinit {
        // Closing is not enough: a child that another thread is just starting has a copy of the descriptor until it
        // executes, and would hold the lock as long.
        _ = weft_flock(descriptor.rawValue, WEFT_LOCK_UN)
    }

    /// Waits for the lock.
    ///
    /// - Parameters:
    ///   - path: the file; made when missing.
    ///   - shared: let other shared holders in (`LOCK_SH`) instead of being the only one.
    ///   - deadline: when to give up.
    /// - Returns: the lock, held.
    /// - Throws: `.timeout` past the deadline, or the error of opening or locking the file.
    public static func acquire(
        _ path: String,
        shared: Bool = false,
        until deadline: Deadline
    ) throws(LinuxSystemError) -> FileLock {
        let descriptor = try FileDescriptor.open(path, [.readWrite, .create], permissions: 0o600)
        let kind = shared ? WEFT_LOCK_SH : WEFT_LOCK_EX
        // flock has no timeout, and a signal to end it would disturb the process: ask again, soon and then less often.
        var pause: UInt32 = 50
        while true {
            do {
                _ = try SystemCall.run { weft_flock(descriptor.rawValue, kind | WEFT_LOCK_NB) }
                return FileLock(path: path, descriptor: descriptor)
            } catch  where error != .tryAgain {
                throw LinuxSystemError(error, "lock", path)
            } catch {}
            if deadline.hasPassed {
                throw LinuxSystemError(
                    code: .timeout,
                    operation: "lock",
                    object: path,
                    detail: "another process holds it (fuser -v \(path) tells which)"
                )
            }
            usleep(pause)
            pause = min(pause * 2, 4000)
        }
    }
}
