import CLinuxShims
import Glibc

/// An open file that this value owns: closed exactly once, when the value's life ends.
public struct FileDescriptor: ~Copyable, Sendable {
    /// The number that the kernel knows it by.
    ///
    /// Borrowed: whoever takes it must not close it, nor keep it longer.
    public let rawValue: Int32

    /// Takes ownership of an open file.
    ///
    /// - Parameter rawValue: a file descriptor that nobody else closes.
    public init(owning rawValue: Int32) {
        precondition(rawValue >= 0, "a FileDescriptor can't own \(rawValue)")
        self.rawValue = rawValue
    }

    deinit {
        // EINTR and EIO: the descriptor is gone all the same (close(2)). EBADF means that someone else closed our file.
        if close(rawValue) != 0 && errno == EBADF {
            preconditionFailure("file descriptor \(rawValue) was closed twice")
        }
    }

    /// Gives up ownership: the caller closes the returned descriptor.
    public consuming func release() -> Int32 {
        let rawValue = rawValue
        discard self
        return rawValue
    }

    /// A second descriptor for the same open file (`F_DUPFD_CLOEXEC`).
    ///
    /// - Throws: the error number, such as EMFILE.
    public func duplicate() throws(Errno) -> FileDescriptor {
        let copy = try SystemCall.run { weft_fcntl(rawValue, F_DUPFD_CLOEXEC, 3) }
        return FileDescriptor(owning: copy)
    }

    /// Which file this is, whatever its name: two descriptors of one file have equal identities.
    ///
    /// - Throws: the error number of fstat(2).
    public func identity() throws(Errno) -> FileIdentity {
        var status = stat()
        _ = try SystemCall.run { unsafe fstat(rawValue, &status) }
        return FileIdentity(device: status.st_dev, inode: status.st_ino)
    }
}

extension FileDescriptor {
    /// Opens a file.
    ///
    /// `O_CLOEXEC` is always set.
    ///
    /// - Parameters:
    ///   - path: the file.
    ///   - options: for what, and what to do when there is none.
    ///   - permissions: of a file that is created, before the umask.
    /// - Returns: the open file.
    /// - Throws: the error, with the path.
    public static func open(
        _ path: String,
        _ options: OpenOptions = .readOnly,
        permissions: UInt32 = 0o644
    ) throws(LinuxSystemError) -> FileDescriptor {
        let number = try SystemCall.run("open", path) { unsafe weft_open(path, options.rawValue, permissions) }
        return FileDescriptor(owning: number)
    }

    /// An anonymous file in memory, empty, for reading and writing (memfd_create(2)).
    ///
    /// - Parameter name: shown in /proc/PID/fd, for people.
    /// - Returns: the open file.
    /// - Throws: the error, such as EMFILE.
    public static func memory(named name: String) throws(LinuxSystemError) -> FileDescriptor {
        FileDescriptor(owning: try SystemCall.run("create memory file", name) { unsafe weft_memfd_create(name) })
    }
}

/// Device and inode: equal for two names of one file, or two handles of one namespace.
public struct FileIdentity: Hashable, Sendable, CustomStringConvertible {
    /// The device that the file is on (`st_dev`).
    public let device: UInt
    /// The file's number on it (`st_ino`).
    public let inode: UInt

    /// "4:4026531840".
    public var description: String { "\(device):\(inode)" }
}
