import CLinuxShims
import Glibc

extension File {
    /// Makes a directory and those above it that are missing; those that are there stay as they are.
    ///
    /// - Parameters:
    ///   - path: the directory.
    ///   - permissions: of each that is made.
    /// - Throws: the error, with the directory that could not be made.
    public static func createDirectories(_ path: String, permissions: UInt32 = 0o755) throws(LinuxSystemError) {
        do {
            _ = try SystemCall.run { unsafe mkdir(path, permissions) }
        } catch  where error == .fileExists {
            return
        } catch  where error == .noSuchFileOrDirectory {
            let above = parent(of: path)
            guard above != path, above != "." else { throw LinuxSystemError(error, "create directory", path) }
            try createDirectories(above, permissions: permissions)
            try createDirectoryIfMissing(path, permissions: permissions)
        } catch {
            throw LinuxSystemError(error, "create directory", path)
        }
    }

    private static func createDirectoryIfMissing(_ path: String, permissions: UInt32) throws(LinuxSystemError) {
        do {
            _ = try SystemCall.run { unsafe mkdir(path, permissions) }
        } catch  where error != .fileExists {
            throw LinuxSystemError(error, "create directory", path)
        } catch {}
    }

    /// The names in a directory, sorted, without "." and "..".
    ///
    /// - Throws: the error, with the path.
    public static func entries(ofDirectory path: String) throws(LinuxSystemError) -> [String] {
        guard let stream = unsafe opendir(path) else { throw LinuxSystemError(.current, "open directory", path) }
        defer { unsafe _ = closedir(stream) }
        var names: [String] = []
        while let name = try unsafe nextName(of: stream, path) {
            if name != "." && name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    /// Whether a directory has an entry of some kind: reads no further than the first.
    ///
    /// - Throws: the error, with the path.
    public static func hasEntry(
        inDirectory path: String,
        where isWanted: (String) -> Bool
    ) throws(LinuxSystemError) -> Bool {
        guard let stream = unsafe opendir(path) else { throw LinuxSystemError(.current, "open directory", path) }
        defer { unsafe _ = closedir(stream) }
        while let name = try unsafe nextName(of: stream, path) {
            if isWanted(name) { return true }
        }
        return false
    }

    /// The next name in an open directory, "." and ".." among them; nil at the end.
    private static func nextName(of stream: OpaquePointer, _ path: String) throws(LinuxSystemError) -> String? {
        errno = 0
        guard let entry = unsafe readdir(stream) else {
            if errno != 0 { throw LinuxSystemError(.current, "read directory", path) }
            return nil
        }
        return unsafe withUnsafePointer(to: &entry.pointee.d_name) { pointer in
            unsafe String(cString: UnsafeRawPointer(pointer).assumingMemoryBound(to: CChar.self))
        }
    }

    /// Removes an empty directory.
    ///
    /// - Returns: false when it was not there.
    /// - Throws: the error, with the path: ENOTEMPTY when something is in it.
    @discardableResult
    public static func removeDirectory(_ path: String) throws(LinuxSystemError) -> Bool {
        do {
            _ = try SystemCall.run { unsafe rmdir(path) }
            return true
        } catch  where error == .noSuchFileOrDirectory {
            return false
        } catch {
            throw LinuxSystemError(error, "remove directory", path)
        }
    }

    /// Removes a directory with all that is in it, without following symbolic links.
    ///
    /// - Throws: the first error, with its path.
    public static func removeTree(_ path: String) throws(LinuxSystemError) {
        var status = stat()
        guard unsafe lstat(path, &status) == 0 else {
            if Errno.current == .noSuchFileOrDirectory { return }
            throw LinuxSystemError(.current, "remove", path)
        }
        guard status.st_mode & S_IFMT == S_IFDIR else {
            try remove(path)
            return
        }
        for name in try entries(ofDirectory: path) { try removeTree("\(path)/\(name)") }
        try removeDirectory(path)
    }

    /// Makes a fresh directory with a unique name, under /tmp.
    ///
    /// - Parameter prefix: what its name starts with.
    /// - Returns: its path.
    /// - Throws: the error of mkdtemp(3).
    public static func createTemporaryDirectory(prefix: String) throws(LinuxSystemError) -> String {
        var template = Array("/tmp/\(prefix)-XXXXXX".utf8CString)
        let made = unsafe template.withUnsafeMutableBufferPointer { buffer in
            unsafe buffer.baseAddress.flatMap { unsafe mkdtemp($0) } != nil
        }
        guard made else { throw LinuxSystemError(.current, "create directory", "/tmp/\(prefix)-XXXXXX") }
        return String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
