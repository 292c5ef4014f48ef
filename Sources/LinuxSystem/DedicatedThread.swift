import CLinuxShims
import Glibc
import Synchronization

/// A thread of its own for work that changes the thread itself (its namespace) or blocks for long.
public final class DedicatedThread: Sendable {
    private let handle: Mutex<pthread_t?>

    private init(handle: pthread_t) {
        self.handle = Mutex(handle)
    }

    /// Starts a thread.
    ///
    /// - Parameters:
    ///   - name: shown by ps and top; the kernel keeps its first 15 bytes.
    ///   - body: what it does. It ends with it.
    /// - Returns: the thread, to be joined or forgotten.
    /// - Throws: the error of pthread_create(3), such as EAGAIN.
    public static func start(
        name: String,
        _ body: @escaping @Sendable () -> Void
    ) throws(LinuxSystemError) -> DedicatedThread {
        let start = ThreadStart(name: name, body: body)
        let argument = unsafe Unmanaged.passRetained(start).toOpaque()
        var handle = pthread_t()
        let result = unsafe pthread_create(&handle, nil, { unsafe ThreadStart.run($0) }, argument)
        guard result == 0 else {
            unsafe Unmanaged<ThreadStart>.fromOpaque(argument).release()
            throw LinuxSystemError(Errno(rawValue: result), "start thread", name)
        }
        return DedicatedThread(handle: handle)
    }

    /// Waits for the thread's end.
    ///
    /// A second call returns at once.
    public func join() {
        let handle = handle.withLock { handle in
            defer { handle = nil }
            return handle
        }
        if let handle { _ = pthread_join(handle, nil) }
    }

    deinit {
        if let handle = handle.withLock({ $0 }) { pthread_detach(handle) }
    }

    /// Runs work on a thread of its own and waits for it.
    ///
    /// The caller's thread only waits, so `body` may use what the caller owns.
    ///
    /// - Parameters:
    ///   - name: the thread's name.
    ///   - body: what it does.
    /// - Returns: what `body` returns.
    /// - Throws: what `body` throws, or `LinuxSystemError` when there is no thread to be had.
    public static func run<Result>(name: String, _ body: () throws -> Result) throws -> Result {
        // The closure does not outlive this call, which joins the thread; the result crosses over with the join.
        try withoutActuallyEscaping(body) { body in
            let work = unsafe JoinedWork(body: body)
            try start(name: name) { unsafe work.run() }.join()
            guard let outcome = unsafe work.outcome else {
                throw LinuxSystemError(code: .malformed, operation: "run thread", object: name)
            }
            return try outcome.get()
        }
    }
}

/// What a new thread receives through pthread_create's argument.
private final class ThreadStart: Sendable {
    let name: String
    let body: @Sendable () -> Void

    init(name: String, body: @escaping @Sendable () -> Void) {
        self.name = name
        self.body = body
    }

    static func run(_ argument: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
        guard let argument = unsafe argument else { return nil }
        let start = unsafe Unmanaged<ThreadStart>.fromOpaque(argument).takeRetainedValue()
        _ = unsafe weft_set_thread_name(start.name)
        start.body()
        return nil
    }
}

/// Work that one thread does while exactly one other waits for it.
///
/// Unchecked: `outcome` is written by the one thread and read by the other after pthread_join, which orders the two.
@unsafe private final class JoinedWork<Result>: @unchecked Sendable {
    private let body: () throws -> Result
    private(set) var outcome: Swift.Result<Result, any Error>?

    init(body: @escaping () throws -> Result) {
        unsafe self.body = body
    }

    func run() {
        unsafe outcome = Swift.Result { try unsafe body() }
    }
}
