import ClusterTesting
import LinuxSystem

/// One run of a name at a time: two would remove each other's namespaces.
struct RunLock: ~Copyable {
    private let lock: FileLock

    /// - Throws: one line, when another run of that name is under way.
    init(_ layout: ClusterLayout) throws(ClusterError) {
        do throws(LinuxSystemError) {
            lock = try FileLock.acquire("\(layout.directory).lock", until: .now)
        } catch {
            guard error.code == .timeout else { throw ClusterError("\(error)") }
            throw ClusterError("another `weft demo` of the name \(layout.name) is running: wait for it, or use --name")
        }
    }

    /// Removes the file while the lock is still held.
    func removeFile() { _ = try? File.remove(lock.path) }
}
