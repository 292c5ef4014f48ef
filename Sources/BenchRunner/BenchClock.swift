import Glibc
import LinuxSystem

/// The clocks that scenarios measure with.
public enum BenchClock {
    /// The processor time of this process so far, user and system, in nanoseconds (`CLOCK_PROCESS_CPUTIME_ID`).
    public static var processorTime: Int64 {
        var time = timespec()
        unsafe clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return Int64(time.tv_sec) &* 1_000_000_000 &+ Int64(time.tv_nsec)
    }

    /// What a body takes.
    ///
    /// - Parameters:
    ///   - nanoseconds: gets the time by the clock.
    ///   - body: what is measured.
    /// - Returns: what the body returns.
    /// - Throws: what the body throws.
    public static func time<Result>(_ nanoseconds: inout Double, _ body: () throws -> Result) rethrows -> Result {
        let start = MonotonicTime.now.nanoseconds
        defer { nanoseconds = Double(MonotonicTime.now.nanoseconds - start) }
        return try body()
    }
}
