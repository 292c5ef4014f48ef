import CLinuxShims
import Glibc

extension NetworkNamespace {
    /// Where `ip netns` and the container runtimes keep namespaces that have a name.
    public static let directory = "/run/netns"

    /// The file of a named namespace: "/run/netns/NAME".
    public static func path(named name: String) -> String { "\(directory)/\(name)" }

    /// Opens a named namespace.
    ///
    /// - Throws: ENOENT when there is none of that name.
    public static func open(named name: String) throws(LinuxSystemError) -> NetworkNamespace {
        try open(path: path(named: name))
    }

    /// Makes a namespace with a name, as `ip netns add NAME` does: it lives until `remove(named:)`.
    ///
    /// - Parameter name: one path component.
    /// - Returns: its handle.
    /// - Throws: EEXIST when the name is taken, EPERM without CAP_SYS_ADMIN, `.malformed` for a bad name.
    public static func create(named name: String) throws -> NetworkNamespace {
        try checkName(name)
        try prepareDirectory()
        let path = path(named: name)
        _ = try FileDescriptor.open(path, [.create, .exclusively], permissions: 0)
        do {
            return try DedicatedThread.run(name: "netns-create") {
                _ = try SystemCall.run("create network namespace", name) { weft_unshare(WEFT_CLONE_NEWNET) }
                _ = try SystemCall.run("mount network namespace on", path) {
                    unsafe weft_mount("/proc/thread-self/ns/net", path, nil, WEFT_MS_BIND)
                }
                return try open(path: path)
            }
        } catch {
            _ = unsafe unlink(path)
            throw error
        }
    }

    /// Takes the name away, as `ip netns delete NAME` does.
    ///
    /// The namespace ends with its last process and handle.
    ///
    /// - Throws: ENOENT when there is none of that name.
    public static func remove(named name: String) throws(LinuxSystemError) {
        try checkName(name)
        let path = path(named: name)
        // EINVAL: not mounted; a file that an interrupted creation left behind is removed all the same.
        do {
            _ = try SystemCall.run { unsafe weft_umount_detach(path) }
        } catch  where error != .invalidArgument {
            throw LinuxSystemError(error, "unmount network namespace", path)
        } catch {}
        _ = try SystemCall.run("remove network namespace", path) { unsafe unlink(path) }
    }

    /// The names that there are, sorted.
    ///
    /// None when the directory is missing.
    ///
    /// - Throws: the error of reading the directory.
    public static func names() throws(LinuxSystemError) -> [String] {
        guard File.exists(directory) else { return [] }
        return try File.entries(ofDirectory: directory)
    }

    private static func checkName(_ name: String) throws(LinuxSystemError) {
        guard !name.isEmpty, name != ".", name != "..", !name.utf8.contains(UInt8(ascii: "/")), name.utf8.count < 256
        else {
            throw LinuxSystemError(
                code: .malformed,
                operation: "name network namespace",
                object: "\"\(name)\"",
                detail: "a name is one path component"
            )
        }
    }

    /// Makes /run/netns a mount point whose mounts reach other mount namespaces, as `ip netns add` does, so that a
    /// namespace removed here is gone there too.
    ///
    /// The lock keeps two creators from mounting the directory twice.
    private static func prepareDirectory() throws(LinuxSystemError) {
        try File.createDirectories(directory)
        let folder = try FileDescriptor.open(directory, .directory)
        _ = try SystemCall.run("lock", directory) { weft_flock(folder.rawValue, WEFT_LOCK_EX) }
        do {
            _ = try SystemCall.run(share)
        } catch  where error == .invalidArgument {
            // Not a mount point yet.
            _ = try SystemCall.run("mount", directory) {
                unsafe weft_mount(directory, directory, "none", WEFT_MS_BIND | WEFT_MS_REC)
            }
            _ = try SystemCall.run("share mount", directory, share)
        } catch {
            throw LinuxSystemError(error, "share mount", directory)
        }
    }

    private static func share() -> Int32 {
        unsafe weft_mount("", directory, "none", WEFT_MS_SHARED | WEFT_MS_REC)
    }
}
