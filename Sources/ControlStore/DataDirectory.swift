import LinuxSystem

/// The directory in which a store keeps its file, held by one process at a time.
public struct DataDirectory: ~Copyable, Sendable {
    /// The directory.
    public let path: String
    private let lock: FileLock

    /// Takes a directory, making it when it is missing.
    /// - Throws: ``StoreError``: `locked` when another process has it, `storage` when it can't be made or written.
    public init(path: String) throws(StoreError) {
        do throws(LinuxSystemError) {
            try File.createDirectories(path, permissions: 0o700)
            lock = try FileLock.acquire("\(path)/lock", until: .now)
        } catch {
            guard error.code == .timeout else { throw .storage("can't use the data directory \(path): \(error)") }
            let text = "another process has the data directory \(path); end it, or give another one with --data"
            throw StoreError(.locked, text: text)
        }
        self.path = path
    }

    /// Opens the directory's SQLite file.
    /// - Throws: ``StoreError`` with code `storage` when it can't be opened, or is damaged.
    public func storage() throws(StoreError) -> SQLiteStorage {
        try SQLiteStorage(path: "\(path)/store.sqlite")
    }
}
