import CLinuxShims
import Glibc
import Synchronization

/// Wakes a thread that waits for a file to become readable, so that it need not look now and then (eventfd(2)).
public final class WakeUp: Sendable {
    let descriptor: FileDescriptor
    private let raised = Atomic(false)

    /// Makes one that has not been raised.
    ///
    /// - Throws: when this process may have no more files.
    public init() throws(LinuxSystemError) {
        descriptor = FileDescriptor(owning: try SystemCall.run("make an eventfd", "") { weft_eventfd() })
    }

    /// Whether it has been raised.
    public var isRaised: Bool { raised.load(ordering: .relaxed) }

    /// Ends the wait, and every later one.
    public func raise() {
        raised.store(true, ordering: .relaxed)
        var one: UInt64 = 1
        // It fails only if the counter is full: then it has been raised.
        _ = unsafe write(descriptor.rawValue, &one, 8)
    }
}
