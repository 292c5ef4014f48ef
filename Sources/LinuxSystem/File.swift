import CLinuxShims
import Glibc

/// Whole files by path.
public enum File {
    /// Reads a whole file.
    ///
    /// - Parameters:
    ///   - path: the file.
    ///   - limit: the most that is accepted, in bytes.
    /// - Returns: its content.
    /// - Throws: the error, with the path.
    public static func read(_ path: String, limit: Int = 1 << 30) throws(LinuxSystemError) -> [UInt8] {
        let descriptor = try FileDescriptor.open(path)
        do {
            return try descriptor.readToEnd(limit: limit)
        } catch {
            throw LinuxSystemError(error, "read", path)
        }
    }

    /// Reads a whole file as UTF-8, with U+FFFD for what isn't.
    ///
    /// - Throws: the error, with the path.
    public static func readText(_ path: String) throws(LinuxSystemError) -> String {
        String(decoding: try read(path), as: UTF8.self)
    }

    /// Reads a small text file of /proc, or one that was written at once, with a single read(2) unless it is longer than
    /// the buffer: for what is read at every start of a short program.
    ///
    /// - Throws: the error, with the path.
    public static func readShortText(_ path: String) throws(LinuxSystemError) -> String {
        let descriptor = try FileDescriptor.open(path)
        do throws(Errno) {
            let size = 4096
            var bytes = try descriptor.read(upTo: size)
            if bytes.count == size { bytes += try descriptor.readToEnd() }
            return String(decoding: bytes, as: UTF8.self)
        } catch {
            throw LinuxSystemError(error, "read", path)
        }
    }

    /// Writes a file in place: for /proc, /sys and files whose loss in a crash does not matter.
    ///
    /// - Parameters:
    ///   - bytes: the new content.
    ///   - path: the file.
    ///   - options: how it is opened; it is created, and emptied first, unless said otherwise.
    ///   - permissions: of a file that is created.
    /// - Throws: the error, with the path.
    public static func write(
        _ bytes: some Collection<UInt8>,
        to path: String,
        _ options: OpenOptions = [.create, .truncate],
        permissions: UInt32 = 0o644
    ) throws(LinuxSystemError) {
        let descriptor = try FileDescriptor.open(path, options.union(.writeOnly), permissions: permissions)
        do {
            try descriptor.write(bytes)
        } catch {
            throw LinuxSystemError(error, "write", path)
        }
    }

    /// Puts other bytes in the place of a file's, without emptying it first: emptying gives its block back to the file
    /// system, which some mounts pass on to the disk and wait for (`discard`).
    ///
    /// A crash in between leaves a mixture of old and new.
    ///
    /// - Parameters:
    ///   - bytes: the new content.
    ///   - path: the file, which is created when it is missing.
    ///   - permissions: of a file that is created.
    /// - Throws: the error, with the path.
    public static func overwrite(
        _ bytes: some Collection<UInt8>,
        at path: String,
        permissions: UInt32 = 0o644
    ) throws(LinuxSystemError) {
        let descriptor = try FileDescriptor.open(path, [.writeOnly, .create], permissions: permissions)
        do {
            try descriptor.write(bytes)
            try descriptor.truncate(to: bytes.count)
        } catch {
            throw LinuxSystemError(error, "write", path)
        }
    }

    /// Writes a file that must not be there yet (`O_EXCL`), as IPAM's reservations are made.
    ///
    /// - Throws: EEXIST when it is there; the file is removed again when it can't be written.
    public static func createExclusively(
        _ bytes: some Collection<UInt8>,
        at path: String,
        permissions: UInt32 = 0o600
    ) throws(LinuxSystemError) {
        let descriptor = try FileDescriptor.open(
            path,
            [.writeOnly, .create, .exclusively],
            permissions: permissions
        )
        do {
            try descriptor.write(bytes)
        } catch {
            _ = unsafe unlink(path)
            throw LinuxSystemError(error, "write", path)
        }
    }

    /// Whether something is there (a symbolic link is followed).
    public static func exists(_ path: String) -> Bool { unsafe access(path, F_OK) == 0 }

    /// Removes a file.
    ///
    /// - Returns: false when it was not there.
    /// - Throws: the error, with the path.
    @discardableResult
    public static func remove(_ path: String) throws(LinuxSystemError) -> Bool {
        do {
            _ = try SystemCall.run { unsafe unlink(path) }
            return true
        } catch  where error == .noSuchFileOrDirectory {
            return false
        } catch {
            throw LinuxSystemError(error, "remove", path)
        }
    }

    /// The target of a symbolic link.
    ///
    /// - Throws: EINVAL when it is no link.
    public static func linkTarget(_ path: String) throws(LinuxSystemError) -> String {
        var buffer = [UInt8](repeating: 0, count: Int(PATH_MAX))
        let count = try SystemCall.run("read link", path) {
            unsafe buffer.withUnsafeMutableBytes { bytes in
                guard let base = bytes.baseAddress else { return -1 }
                return unsafe readlink(path, base.assumingMemoryBound(to: CChar.self), bytes.count)
            }
        }
        return String(decoding: buffer.prefix(count), as: UTF8.self)
    }
}
