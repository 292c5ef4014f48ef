import Glibc

/// A point in time on the monotonic clock, in nanoseconds since boot without time asleep (`CLOCK_MONOTONIC`).
public struct MonotonicTime: Hashable, Comparable, Sendable {
    /// Nanoseconds.
    public let nanoseconds: Int64

    /// Now.
    public static var now: MonotonicTime {
        var time = timespec()
        unsafe clock_gettime(CLOCK_MONOTONIC, &time)
        return MonotonicTime(nanoseconds: Int64(time.tv_sec) &* 1_000_000_000 &+ Int64(time.tv_nsec))
    }

    /// Which is the earlier.
    public static func < (left: MonotonicTime, right: MonotonicTime) -> Bool { left.nanoseconds < right.nanoseconds }

    /// The time between two points.
    public static func - (left: MonotonicTime, right: MonotonicTime) -> Duration {
        .nanoseconds(left.nanoseconds &- right.nanoseconds)
    }
}

/// Until when a call may wait: a fixed point in time, so that retries don't prolong it.
public struct Deadline: Hashable, Sendable {
    /// The point in nanoseconds of the monotonic clock, or nil for no limit.
    private let nanoseconds: Int64?

    /// No limit.
    public static let never = Deadline(nanoseconds: nil)

    /// Now already: look, don't wait.
    public static var now: Deadline { .after(.zero) }

    /// The given time from now.
    public static func after(_ duration: Duration) -> Deadline {
        let parts = duration.components
        let (seconds, overflow) = parts.seconds.multipliedReportingOverflow(by: 1_000_000_000)
        if overflow { return parts.seconds < 0 ? .now : .never }
        let wait = seconds.addingReportingOverflow(parts.attoseconds / 1_000_000_000)
        let point = MonotonicTime.now.nanoseconds.addingReportingOverflow(wait.partialValue)
        return wait.overflow || point.overflow ? .never : Deadline(nanoseconds: point.partialValue)
    }

    /// Whether it is past.
    public var hasPassed: Bool {
        guard let nanoseconds else { return false }
        return MonotonicTime.now.nanoseconds >= nanoseconds
    }

    /// What is left, never negative; nil when there is no limit.
    public var remaining: Duration? {
        guard let nanoseconds else { return nil }
        return .nanoseconds(max(0, nanoseconds &- MonotonicTime.now.nanoseconds))
    }

    /// What is left as poll(2) wants it: milliseconds rounded up, -1 for no limit.
    public var pollMilliseconds: Int32 {
        guard let nanoseconds else { return -1 }
        let left = max(0, nanoseconds &- MonotonicTime.now.nanoseconds)
        return Int32(clamping: (left &+ 999_999) / 1_000_000)
    }

    /// The earlier of the two.
    public func earlier(_ other: Deadline) -> Deadline {
        guard let mine = nanoseconds else { return other }
        guard let theirs = other.nanoseconds else { return self }
        return mine <= theirs ? self : other
    }
}
