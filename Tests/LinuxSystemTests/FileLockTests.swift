import LinuxSystem
import Testing

struct FileLockTests {
    private func withPath(_ body: (String) throws -> Void) throws {
        let directory = try File.createTemporaryDirectory(prefix: "weft-lock-tests")
        defer { try? File.removeTree(directory) }
        try body("\(directory)/lock")
    }

    @Test func oneHolderAtATime() throws {
        try withPath { path in
            do {
                let lock = try FileLock.acquire(path, until: .now)
                #expect(lock.path == path)
                let error = #expect(throws: LinuxSystemError.self) {
                    _ = try FileLock.acquire(path, until: .after(.milliseconds(30)))
                }
                #expect(error?.code == .timeout)
                #expect(error?.object == path)
            }
            _ = try FileLock.acquire(path, until: .now)
        }
    }

    @Test func sharedHoldersShareButKeepTheExclusiveOneOut() throws {
        try withPath { path in
            let first = try FileLock.acquire(path, shared: true, until: .now)
            let second = try FileLock.acquire(path, shared: true, until: .now)
            #expect(throws: LinuxSystemError.self) { _ = try FileLock.acquire(path, until: .now) }
            #expect(first.path == second.path)
        }
    }

    @Test func aWaiterGetsItWhenTheHolderLetsGo() throws {
        try withPath { path in
            let thread: DedicatedThread
            do {
                let lock = try FileLock.acquire(path, until: .now)
                thread = try DedicatedThread.start(name: "waiter") {
                    _ = try? FileLock.acquire(path, until: .after(.seconds(60)))
                    try? File.write("got it".utf8, to: path + ".result")
                }
                #expect(!File.exists(path + ".result"))
                _ = lock.path
            }
            thread.join()
            #expect(try File.readText(path + ".result") == "got it")
        }
    }
}
