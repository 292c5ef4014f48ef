import Glibc
import LinuxSystem

/// What the demo is doing right now, on standard error, so that standard output holds only the result.
struct Progress: Sendable {
    private let isTerminal = isatty(STDERR_FILENO) == 1

    /// Says what begins, runs it, and says how it ended and how long it took; `isGood` judges a result.
    func step<Result>(
        _ what: String,
        isGood: (Result) -> Bool = { _ in true },
        _ body: () async throws -> Result
    ) async throws -> Result {
        if isTerminal { write("  …  \(what)") }
        let start = MonotonicTime.now
        do {
            let result = try await body()
            end(isGood(result) ? "ok" : "FAIL", what, start)
            return result
        } catch {
            end("FAIL", what, start)
            throw error
        }
    }

    /// A line of its own.
    func note(_ text: String) { write(text + "\n") }

    private func end(_ mark: String, _ what: String, _ start: MonotonicTime) {
        let elapsed = duration((MonotonicTime.now - start).milliseconds)
        write("\(isTerminal ? "\r\u{1B}[K" : "")  \(mark)  \(what) (\(elapsed))\n")
    }

    private func write(_ text: String) {
        let bytes = Array(text.utf8)
        _ = unsafe Glibc.write(STDERR_FILENO, bytes, bytes.count)
    }
}

extension Duration {
    /// The whole duration in milliseconds.
    var milliseconds: Double {
        Double(components.seconds) * 1000 + Double(components.attoseconds) / 1e15
    }
}
