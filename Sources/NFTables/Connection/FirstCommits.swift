import Synchronization

/// Has all of a process who write rules begin to look out for others together, after the first commits of all.
///
/// While anybody listens, the kernel makes a message of a page for each element of a commit: the half million elements of
/// 50,000 Services then take it ten seconds instead of one.
public final class FirstCommits: Sendable {
    private let missing: Mutex<Int>

    /// Waits for the first commits of so many writers.
    public init(of writers: Int = 1) {
        missing = Mutex(writers)
    }

    /// Takes that one of the writers has made its first commit; each says so once.
    public func made() { missing.withLock { $0 -= 1 } }

    /// Whether all are made.
    public var areMade: Bool { missing.withLock { $0 <= 0 } }

    /// Returns once all are made, when the task is cancelled, or when it took too long: a writer may be kept from
    /// committing, such as by objects that it may not read.
    public func wait(atMost patience: Duration = .seconds(60)) async {
        let end = ContinuousClock.now + patience
        while !areMade, .now < end, !Task.isCancelled {
            try? await Task.sleep(for: .milliseconds(50))
        }
    }
}
