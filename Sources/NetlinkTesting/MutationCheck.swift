import Glibc
import LinuxSystem
public import Netlink
import Synchronization

/// Feeds a decoder with every prefix and every single-byte mutation of golden bytes: it must return or throw.
///
/// A trap ends the test process, and so does a decoder that is still at one input after ``patience``, with the input
/// shown. Returning is no fault: most mutations only change a value.
public struct MutationCheck: Sendable {
    /// How the decoder took the inputs.
    public struct Result: Hashable, Sendable {
        /// Inputs that it decoded.
        public var returned = 0
        /// Inputs that it refused by throwing.
        public var threw = 0
        /// All inputs.
        public var total: Int { returned + threw }
    }

    /// How long a decoder may take for one input.
    public static let patience = Duration.seconds(60)

    /// Tries every prefix, the whole, and every byte with every other value.
    ///
    /// - Parameters:
    ///   - golden: well-formed bytes; `256 * golden.count + 1` inputs are made of them.
    ///   - decode: the decoder. It gets a whole datagram or payload, as golden is one.
    /// - Returns: the counts, of which a test should demand that something was refused.
    @discardableResult
    public static func run(_ golden: [UInt8], decode: ([UInt8]) throws -> Void) -> Result {
        let watchdog = Watchdog()
        defer { watchdog.stop() }
        var result = Result()
        func attempt(_ input: [UInt8]) {
            watchdog.note(input)
            do {
                try decode(input)
                result.returned += 1
            } catch {
                result.threw += 1
            }
        }
        for length in 0...golden.count { attempt(Array(golden.prefix(length))) }
        for index in golden.indices {
            var input = golden
            for value in UInt8.min...UInt8.max where value != golden[index] {
                input[index] = value
                attempt(input)
            }
        }
        return result
    }

    /// As ``run(_:decode:)``, for a decoder of messages: inputs that are not messages count as refused.
    @discardableResult
    public static func runMessages(_ golden: [UInt8], decode: (NetlinkMessage) throws -> Void) -> Result {
        run(golden) { bytes in
            for message in try NetlinkMessage.parse(bytes) { try decode(message) }
        }
    }
}

/// Ends the process when the decoder stays at one input.
private final class Watchdog: Sendable {
    private struct State {
        var input: [UInt8] = []
        var since = MonotonicTime.now
        var isStopped = false
    }

    private let state: Mutex<State>
    private let thread: Mutex<DedicatedThread?>

    init() {
        state = Mutex(State())
        thread = Mutex(nil)
        let watch = try? DedicatedThread.start(name: "mutation-check") { [self] in
            while !look() { usleep(20_000) }
        }
        thread.withLock { $0 = watch }
    }

    func note(_ input: [UInt8]) {
        state.withLock {
            $0.input = input
            $0.since = .now
        }
    }

    /// Whether to end the watch.
    private func look() -> Bool {
        state.withLock { state in
            precondition(
                state.isStopped || MonotonicTime.now - state.since < MutationCheck.patience,
                "the decoder does not end on \(MessageDump.hex(state.input[...]))"
            )
            return state.isStopped
        }
    }

    func stop() {
        state.withLock { $0.isStopped = true }
        thread.withLock { $0 }?.join()
    }
}
