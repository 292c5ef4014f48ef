import Glibc

/// Waiting in a test that polls for something.
enum Pause {
    /// Sleeps for 10 ms.
    static func briefly() { usleep(10_000) }
}
