/// What the kernel answered to a batch of messages.
public struct BatchOutcome: Sendable {
    /// The refused messages' errors in the order in which they came; ``NetlinkError/sequence`` tells which message.
    public internal(set) var failures: [NetlinkError] = []
    /// Messages that are neither errors nor acknowledgements, such as echoed notifications.
    public internal(set) var replies: [NetlinkMessage] = []
    /// How many of the asked-for acknowledgements came, refusals of those messages included.
    public internal(set) var answeredCount = 0
    /// The receive buffer ran over: there were more errors than ``failures`` holds.
    public internal(set) var isOverrun = false
}

/// Collects the answers to a batch, without input or output of its own.
///
/// The kernel works a batch off inside `sendmsg`, so its answers wait in the receive buffer when that returns. A batch
/// that fails as a whole (a stale nf_tables generation, no memory) is answered once, under its first message's number,
/// and the acknowledgements that were asked for never come.
struct BatchCollector {
    private(set) var outcome = BatchOutcome()
    private var awaited: Set<UInt32>
    private let sequences: (first: UInt32, count: Int)
    private let batch: [UInt8]

    init(firstSequence: UInt32, messageCount: Int, acknowledged: [UInt32], batch: [UInt8]) {
        sequences = (firstSequence, messageCount)
        awaited = Set(acknowledged)
        self.batch = batch
    }

    /// Every asked-for acknowledgement has come.
    var isComplete: Bool { awaited.isEmpty }

    /// There is an error, so that acknowledgements may be missing: only what waits already is to be read.
    var hasFailed: Bool { !outcome.failures.isEmpty || outcome.isOverrun }

    /// Takes in a datagram.
    ///
    /// - Throws: `.malformed` or `.truncated`.
    mutating func accept(_ datagram: Datagram) throws(NetlinkError) {
        for message in try datagram.messages() {
            let index = Int(message.sequence &- sequences.first)
            guard index < sequences.count else { continue }
            switch message.type {
            case NetlinkMessage.error:
                if awaited.remove(message.sequence) != nil { outcome.answeredCount += 1 }
                // Finding the request walks the batch: not for each of 10,000 acknowledgements.
                let isFailure = try message.field(at: 0, as: Int32.self) != 0
                let request = isFailure && outcome.failures.count < 16 ? bytes(ofMessage: index) : []
                if case .failure(let error) = try KernelReply(errorMessage: message, request: request) {
                    outcome.failures.append(error)
                }
            case NetlinkMessage.noOperation, NetlinkMessage.done, NetlinkMessage.overrun:
                break
            default:
                outcome.replies.append(message)
            }
        }
    }

    /// ENOBUFS: some answers are lost.
    mutating func noteOverrun() { outcome.isOverrun = true }

    /// The message at an index of the batch; empty if there is none.
    private func bytes(ofMessage index: Int) -> ArraySlice<UInt8> {
        var rest = batch[...]
        for _ in 0..<index {
            guard let length = rest.hostInteger(at: 0, as: UInt32.self), length >= 16 else { return [] }
            rest = rest.dropFirst((Int(length) + 3) & ~3)
        }
        return rest
    }
}
