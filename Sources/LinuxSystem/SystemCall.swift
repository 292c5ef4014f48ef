/// The one door to the kernel: libc's convention (-1 and `errno`) becomes a thrown error, and EINTR a retry.
public enum SystemCall {
    /// Makes the call again until no signal interrupts it.
    ///
    /// - Parameter call: returns a negative number on failure and leaves `errno`. It may run several times.
    /// - Returns: what the call returned: zero or more.
    /// - Throws: the error number of the call, never EINTR.
    @inlinable
    public static func run<Result: SignedInteger>(_ call: () -> Result) throws(Errno) -> Result {
        while true {
            let result = call()
            if result >= 0 { return result }
            let failure = Errno.current
            if failure != .interrupted { throw failure }
        }
    }

    /// As `run(_:)`, for a caller that lets its user know what was tried on what.
    ///
    /// - Throws: `LinuxSystemError` with the operation, the object and the error number.
    @inlinable
    public static func run<Result: SignedInteger>(
        _ operation: String,
        _ object: @autoclosure () -> String,
        _ call: () -> Result
    ) throws(LinuxSystemError) -> Result {
        do {
            return try run(call)
        } catch {
            throw LinuxSystemError(error, operation, object())
        }
    }

    /// Makes a call that must not be repeated after EINTR, such as close(2), whose file is gone all the same.
    ///
    /// - Throws: the error number of the call.
    @inlinable
    public static func runOnce<Result: SignedInteger>(_ call: () -> Result) throws(Errno) -> Result {
        let result = call()
        if result < 0 { throw Errno.current }
        return result
    }
}
