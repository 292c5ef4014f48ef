import Glibc
import LinuxSystem

/// Tells on standard error how far a bench is, so that nobody has to guess: on a terminal one line that changes,
/// elsewhere a plain line now and then.
public final class BenchProgress {
    private let isTerminal: Bool
    private let write: (String) -> Void
    private let now: () -> Double
    /// When a plain line was last written, in seconds.
    private var lastLine: Double?
    private var isLineOpen = false

    /// The least seconds between two plain lines of the same scenario.
    private static let plainInterval = 10.0

    /// Progress to somewhere.
    ///
    /// - Parameters:
    ///   - isTerminal: whether a line can be overwritten.
    ///   - now: seconds of a clock.
    ///   - write: takes text, with its line ends.
    public init(isTerminal: Bool, now: @escaping () -> Double, write: @escaping (String) -> Void) {
        self.isTerminal = isTerminal
        self.now = now
        self.write = write
    }

    /// Progress to standard error.
    public static func standardError() -> BenchProgress {
        BenchProgress(isTerminal: isatty(STDERR_FILENO) == 1, now: { Double(MonotonicTime.now.nanoseconds) / 1e9 }) {
            let bytes = Array($0.utf8)
            _ = unsafe Glibc.write(STDERR_FILENO, bytes, bytes.count)
        }
    }

    /// A line that gives way to the next one.
    ///
    /// - Parameters:
    ///   - line: where the bench is.
    ///   - isNew: whether it is the first one of something; elsewhere than on a terminal it is always written then.
    public func show(_ line: String, isNew: Bool = false) {
        if isTerminal {
            // Back to the line's start, and erase to its end (ECMA-48).
            write("\r\u{1b}[K" + line)
            isLineOpen = true
            return
        }
        let time = now()
        guard isNew || lastLine.map({ time - $0 >= Self.plainInterval }) ?? true else { return }
        lastLine = time
        write(line + "\n")
    }

    /// A line that stays.
    public func note(_ line: String) {
        clear()
        write(line + "\n")
    }

    /// Takes the changing line away.
    public func clear() {
        if isLineOpen { write("\r\u{1b}[K") }
        isLineOpen = false
    }
}

/// How long a bench will still take, by what it took so far.
struct RemainingTime {
    /// The words for so many seconds: `about 1 min 20 s left`.
    static func text(_ seconds: Double) -> String {
        let rounded = seconds < 10 ? Int(seconds.rounded(.up)) : Int((seconds / 5).rounded(.up)) * 5
        let minutes = rounded / 60
        return minutes == 0 ? "about \(rounded) s left" : "about \(minutes) min \(rounded % 60) s left"
    }
}
