import ClusterTesting
import LinuxSystem

/// One run of a name at a time: two would remove each other's namespaces.
final class RunLock {
    private var lock: FileLock?
    private let path: String

    private init(_ lock: consuming FileLock, path: String) {
        self.lock = consume lock
        self.path = path
    }

    static func acquire(_ layout: ClusterLayout) throws -> RunLock {
        let path = "\(layout.directory).lock"
        do {
            return RunLock(try FileLock.acquire(path, until: .now), path: path)
        } catch  where error.code == .timeout {
            throw ClusterError("another `weft demo` of the name \(layout.name) is running: wait for it, or use --name")
        }
    }

    /// Removes the file while the lock is still held.
    func release() {
        _ = try? File.remove(path)
        lock = nil
    }
}
