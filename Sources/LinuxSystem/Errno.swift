import CLinuxShims
import Glibc

/// An error number of the kernel, as in errno(3).
public struct Errno: RawRepresentable, Error, Hashable, Sendable {
    /// The positive number (`ENOENT` is 2).
    public let rawValue: Int32

    /// Wraps an error number.
    public init(rawValue: Int32) {
        self.rawValue = rawValue
    }

    /// The calling thread's `errno`, to be read right after the call that failed.
    public static var current: Errno { Errno(rawValue: errno) }

    /// The kernel's name of the number ("ENOENT"), or "errno 4711" for one that libc doesn't know.
    public var name: String {
        guard let name = unsafe weft_errno_name(rawValue) else { return "errno \(rawValue)" }
        return unsafe String(cString: name)
    }

    /// What the number means, in libc's words and starting in lower case ("no such file or directory").
    public var text: String {
        guard let text = unsafe weft_errno_text(rawValue) else { return "unknown error" }
        return Errno.lowercasingFirst(unsafe String(cString: text))
    }

    /// "RPC program not available" keeps its capitals, "No such process" loses one.
    private static func lowercasingFirst(_ text: String) -> String {
        let second = text.dropFirst().first
        guard let first = text.first, second?.isUppercase != true else { return text }
        return first.lowercased() + text.dropFirst()
    }
}

extension Errno: CustomStringConvertible {
    /// Text and name: "no such file or directory (ENOENT)".
    public var description: String { "\(text) (\(name))" }
}

extension Errno {
    /// `EPERM`: operation not permitted.
    public static let notPermitted = Errno(rawValue: EPERM)
    /// `ENOENT`: no such file or directory.
    public static let noSuchFileOrDirectory = Errno(rawValue: ENOENT)
    /// `ESRCH`: no such process, or (netlink) no such route.
    public static let noSuchProcess = Errno(rawValue: ESRCH)
    /// `EINTR`: a signal arrived during the call.
    public static let interrupted = Errno(rawValue: EINTR)
    /// `EIO`: input or output failed.
    public static let inputOutput = Errno(rawValue: EIO)
    /// `E2BIG`: argument list, or dump entry, too long.
    public static let tooBig = Errno(rawValue: E2BIG)
    /// `EBADF`: bad file descriptor.
    public static let badFileDescriptor = Errno(rawValue: EBADF)
    /// `ECHILD`: no child processes.
    public static let noChildProcess = Errno(rawValue: ECHILD)
    /// `EAGAIN`, `EWOULDBLOCK`: try again.
    public static let tryAgain = Errno(rawValue: EAGAIN)
    /// `ENOMEM`: out of memory.
    public static let outOfMemory = Errno(rawValue: ENOMEM)
    /// `EACCES`: permission denied.
    public static let permissionDenied = Errno(rawValue: EACCES)
    /// `EBUSY`: the object is in use.
    public static let busy = Errno(rawValue: EBUSY)
    /// `EEXIST`: the object exists already.
    public static let fileExists = Errno(rawValue: EEXIST)
    /// `ENODEV`: no such device (or link).
    public static let noSuchDevice = Errno(rawValue: ENODEV)
    /// `ENOTDIR`: not a directory.
    public static let notDirectory = Errno(rawValue: ENOTDIR)
    /// `EISDIR`: is a directory.
    public static let isDirectory = Errno(rawValue: EISDIR)
    /// `EINVAL`: invalid argument.
    public static let invalidArgument = Errno(rawValue: EINVAL)
    /// `EMFILE`: the process has too many open files.
    public static let tooManyOpenFiles = Errno(rawValue: EMFILE)
    /// `ENOSPC`: no space left.
    public static let noSpace = Errno(rawValue: ENOSPC)
    /// `EROFS`: read-only file system.
    public static let readOnlyFileSystem = Errno(rawValue: EROFS)
    /// `EMLINK`: too many links, or (nf_tables) a loop or too deep a jump.
    public static let tooManyLinks = Errno(rawValue: EMLINK)
    /// `EPIPE`: broken pipe.
    public static let brokenPipe = Errno(rawValue: EPIPE)
    /// `ERANGE`: result out of range.
    public static let outOfRange = Errno(rawValue: ERANGE)
    /// `ENAMETOOLONG`: a name is too long.
    public static let nameTooLong = Errno(rawValue: ENAMETOOLONG)
    /// `ENOSYS`: the kernel lacks the call.
    public static let noSuchCall = Errno(rawValue: ENOSYS)
    /// `ENOTEMPTY`: directory not empty.
    public static let notEmpty = Errno(rawValue: ENOTEMPTY)
    /// `EMSGSIZE`: message too long.
    public static let messageTooLong = Errno(rawValue: EMSGSIZE)
    /// `EPROTONOSUPPORT`: protocol not supported.
    public static let protocolNotSupported = Errno(rawValue: EPROTONOSUPPORT)
    /// `EOPNOTSUPP`: operation not supported (a missing kernel feature).
    public static let notSupported = Errno(rawValue: EOPNOTSUPP)
    /// `EAFNOSUPPORT`: address family not supported.
    public static let addressFamilyNotSupported = Errno(rawValue: EAFNOSUPPORT)
    /// `EADDRINUSE`: address already in use.
    public static let addressInUse = Errno(rawValue: EADDRINUSE)
    /// `EADDRNOTAVAIL`: no such address here.
    public static let addressNotAvailable = Errno(rawValue: EADDRNOTAVAIL)
    /// `ENETDOWN`: the link is down.
    public static let networkDown = Errno(rawValue: ENETDOWN)
    /// `ENETUNREACH`: no route there.
    public static let networkUnreachable = Errno(rawValue: ENETUNREACH)
    /// `EHOSTUNREACH`: no route to the host.
    public static let hostUnreachable = Errno(rawValue: EHOSTUNREACH)
    /// `ECONNREFUSED`: nobody listens there.
    public static let connectionRefused = Errno(rawValue: ECONNREFUSED)
    /// `ECONNRESET`: the peer reset the connection.
    public static let connectionReset = Errno(rawValue: ECONNRESET)
    /// `ENOBUFS`: no buffer space; on a netlink socket: messages were lost.
    public static let noBufferSpace = Errno(rawValue: ENOBUFS)
    /// `ENOTCONN`: not connected; raising one end of a veth pair whose peer is not there yet.
    public static let notConnected = Errno(rawValue: ENOTCONN)
    /// `ETIMEDOUT`: timed out.
    public static let timedOut = Errno(rawValue: ETIMEDOUT)
    /// `EALREADY`: already in progress.
    public static let alreadyInProgress = Errno(rawValue: EALREADY)
    /// `EINPROGRESS`: now in progress.
    public static let inProgress = Errno(rawValue: EINPROGRESS)
}
