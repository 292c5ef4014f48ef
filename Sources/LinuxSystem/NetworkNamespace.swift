import CLinuxShims
import Glibc

/// A handle of a network namespace (namespaces(7)), which it keeps alive.
public final class NetworkNamespace: Sendable {
    /// The open nsfs file.
    private let descriptor: FileDescriptor
    /// The path or name that it was opened by, for messages.
    public let name: String

    /// Takes ownership of an open namespace file.
    init(owning descriptor: consuming FileDescriptor, name: String) {
        self.descriptor = descriptor
        self.name = name
    }

    /// The descriptor's number, for setns(2) and for `IFLA_NET_NS_FD`.
    ///
    /// Borrowed: valid as long as this handle lives.
    public var fileDescriptor: Int32 { descriptor.rawValue }

    /// The calling thread's namespace.
    ///
    /// - Throws: the error of opening /proc/thread-self/ns/net.
    public static func current() throws(LinuxSystemError) -> NetworkNamespace {
        let path = "/proc/thread-self/ns/net"
        return NetworkNamespace(owning: try .open(path), name: path)
    }

    /// The namespace that a process is in.
    ///
    /// - Throws: the error of opening /proc/PID/ns/net; ENOENT when there is no such process.
    public static func ofProcess(_ pid: Int32) throws(LinuxSystemError) -> NetworkNamespace {
        try open(path: "/proc/\(pid)/ns/net")
    }

    /// Opens a namespace by the path of its file, as CNI_NETNS gives it.
    ///
    /// - Throws: the error of opening it, or `.malformed` when the file is no network namespace.
    public static func open(path: String) throws(LinuxSystemError) -> NetworkNamespace {
        let descriptor = try FileDescriptor.open(path)
        guard isNetworkNamespace(descriptor.rawValue) else {
            throw LinuxSystemError(
                code: .malformed,
                operation: "open network namespace",
                object: path,
                detail: "the file is not a network namespace"
            )
        }
        return NetworkNamespace(owning: descriptor, name: path)
    }

    /// A fresh namespace that has no name: it ends with its last handle, link or process.
    ///
    /// - Throws: the error of unshare(2): EPERM without CAP_SYS_ADMIN.
    public static func anonymous() throws -> NetworkNamespace {
        try DedicatedThread.run(name: "netns-create") {
            _ = try SystemCall.run("create network namespace", "") { weft_unshare(WEFT_CLONE_NEWNET) }
            return try current()
        }
    }

    /// Which namespace it is, however it was opened.
    ///
    /// - Throws: the error of fstat(2).
    public func identity() throws(LinuxSystemError) -> FileIdentity {
        do {
            return try descriptor.identity()
        } catch {
            throw LinuxSystemError(error, "identify network namespace", name)
        }
    }

    /// Whether two handles are of the same namespace: device and inode are equal.
    ///
    /// - Throws: the error of fstat(2).
    public func isSame(as other: NetworkNamespace) throws(LinuxSystemError) -> Bool {
        try identity() == other.identity()
    }

    /// Moves the calling thread into the namespace, for good.
    ///
    /// Only for a thread that the caller owns, see `DedicatedThread`: on a thread of Swift's pool this would move
    /// whatever runs there next. Prefer `withNetworkNamespace(_:_:)`.
    ///
    /// - Throws: the error of setns(2): EPERM without CAP_SYS_ADMIN.
    public func enterForever() throws(LinuxSystemError) {
        _ = try SystemCall.run("enter network namespace", name) {
            weft_setns(descriptor.rawValue, WEFT_CLONE_NEWNET)
        }
    }

    private static func isNetworkNamespace(_ descriptor: Int32) -> Bool {
        // NS_GET_NSTYPE (linux/nsfs.h), since Linux 4.11.
        ioctl(descriptor, 0xb703) == WEFT_CLONE_NEWNET
    }
}

/// Runs a closure inside a network namespace, on a thread of its own that then ends.
///
/// Sockets that are opened in it stay in the namespace and may be returned.
///
/// - Parameters:
///   - namespace: where.
///   - body: synchronous work. The caller waits for it.
/// - Returns: what `body` returns.
/// - Throws: `LinuxSystemError` when the namespace can't be entered; what `body` throws.
public func withNetworkNamespace<Result>(
    _ namespace: NetworkNamespace,
    _ body: () throws -> Result
) throws -> Result {
    try DedicatedThread.run(name: "netns") {
        try namespace.enterForever()
        return try body()
    }
}

extension NetworkNamespace: Hashable {
    /// Whether two handles are the same one; `isSame(as:)` compares the namespaces themselves.
    public static func == (left: NetworkNamespace, right: NetworkNamespace) -> Bool { left === right }
    /// Hashes the handle.
    public func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(self)) }
}
