import Glibc
import Synchronization

/// A thread that lives as long as the process and does one thing after the other.
final class LastingThread: Sendable {
    /// Started with its first use.
    static let shared = LastingThread()

    private typealias Work = @Sendable () -> Void
    private let queue = Mutex<[Work]>([])
    private let wake = Semaphore()
    private let thread = Mutex<DedicatedThread?>(nil)

    /// Runs work on the thread and waits for it.
    func run<Result: Sendable>(_ body: @escaping @Sendable () throws -> Result) throws -> Result {
        try startIfNeeded()
        let outcome = Mutex<Swift.Result<Result, any Error>?>(nil)
        let box = Outcome(outcome)
        let done = Semaphore()
        queue.withLock { queue in
            queue.append {
                let result = Swift.Result { try body() }
                box.cell.withLock { $0 = result }
                done.signal()
            }
        }
        wake.signal()
        done.wait()
        guard let result = box.cell.withLock({ $0 }) else {
            throw LinuxSystemError(code: .malformed, operation: "run on", object: "lasting thread")
        }
        return try result.get()
    }

    private func startIfNeeded() throws {
        try thread.withLock { thread in
            guard thread == nil else { return }
            thread = try DedicatedThread.start(name: "spawner") { [self] in
                while true {
                    wake.wait()
                    queue.withLock { $0.isEmpty ? nil : $0.removeFirst() }?()
                }
            }
        }
    }

    /// Shares a result cell between the two threads.
    private final class Outcome<Value: Sendable>: Sendable {
        let cell: Mutex<Value?>
        init(_ cell: consuming Mutex<Value?>) { self.cell = cell }
    }
}

/// A counting semaphore (sem_overview(7)).
///
/// Unchecked: sem_t is made for use by several threads; its memory stays where it is until nobody has a reference.
@safe final class Semaphore: @unchecked Sendable {
    private let storage: UnsafeMutablePointer<sem_t>

    init() {
        unsafe storage = .allocate(capacity: 1)
        unsafe sem_init(storage, 0, 0)
    }

    deinit {
        unsafe sem_destroy(storage)
        unsafe storage.deallocate()
    }

    func signal() { unsafe sem_post(storage) }

    func wait() {
        while unsafe sem_wait(storage) != 0 {}
    }
}
