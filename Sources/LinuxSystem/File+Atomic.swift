import CLinuxShims
import Glibc

extension File {
    /// Replaces a file so that a reader, and a crash at any moment, sees the old content or the new, whole.
    ///
    /// A temporary file beside it is written, brought to the disk and renamed over it.
    ///
    /// - Parameters:
    ///   - bytes: the new content.
    ///   - path: the file.
    ///   - permissions: of the new file.
    ///   - durable: wait for the disk (fsync of the file and of its directory). Without it the content is only as old
    ///     or new as the page cache at a power cut, and may be empty.
    /// - Throws: the error, with the path; the temporary file is removed.
    public static func writeAtomically(
        _ bytes: some Collection<UInt8>,
        to path: String,
        permissions: UInt32 = 0o644,
        durable: Bool = true
    ) throws(LinuxSystemError) {
        let temporary = "\(path).tmp\(getpid()).\(weft_gettid())"
        do {
            try writeTemporary(bytes, at: temporary, permissions: permissions, durable: durable)
            _ = try SystemCall.run("rename \(temporary) to", path) { unsafe Glibc.rename(temporary, path) }
        } catch {
            _ = unsafe unlink(temporary)
            throw error
        }
        if durable { try synchronizeDirectory(parent(of: path)) }
    }

    private static func writeTemporary(
        _ bytes: some Collection<UInt8>,
        at path: String,
        permissions: UInt32,
        durable: Bool
    ) throws(LinuxSystemError) {
        // One left by a crash may have any mode: never reuse it.
        _ = unsafe unlink(path)
        let descriptor = try FileDescriptor.open(
            path,
            [.writeOnly, .create, .exclusively],
            permissions: permissions
        )
        do {
            try descriptor.write(bytes)
            if durable { try descriptor.synchronize() }
        } catch {
            throw LinuxSystemError(error, "write", path)
        }
    }

    private static func synchronizeDirectory(_ path: String) throws(LinuxSystemError) {
        let descriptor = try FileDescriptor.open(path, .directory)
        do {
            try descriptor.synchronize()
        } catch {
            throw LinuxSystemError(error, "synchronize directory", path)
        }
    }

    /// The directory part of a path: "/a" for "/a/b", "." for "b".
    public static func parent(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    /// Renames a file over another.
    ///
    /// - Throws: the error, with both paths.
    public static func rename(_ from: String, to path: String) throws(LinuxSystemError) {
        _ = try SystemCall.run("rename \(from) to", path) { unsafe Glibc.rename(from, path) }
    }
}
