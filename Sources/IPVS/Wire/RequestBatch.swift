import CNlGenl
import Glibc
import LinuxSystem

/// The requests of one datagram, and what the kernel said to them.
///
/// Only the last one asks for an acknowledgement: the kernel works them off in order, so its answer is the last one, and
/// before it come the errors, which need no asking.
struct RequestBatch {
    /// How many requests go into a datagram: the receive buffer has room for an error each, and even the default send
    /// buffer for all of them.
    static let limit = 256

    private struct Entry {
        let request: IPVSRequest
        let changeIndex: Int
        /// The first of a "set": that the object is there already is no error.
        let mayExist: Bool
    }

    /// A change that failed.
    struct Failure {
        let changeIndex: Int
        let error: IPVSError
    }

    private let family: UInt16
    private let firstSequence: UInt32
    private var entries: [Entry] = []
    private var datagram: [UInt8] = []
    private var lastMessage = 0
    private(set) var failures: [Failure] = []
    private(set) var isComplete = false

    init(family: UInt16, firstSequence: UInt32) {
        self.family = family
        // The numbers of a batch don't pass 0, which libnl takes for "any".
        self.firstSequence = firstSequence > UInt32.max - UInt32(Self.limit) ? 1 : firstSequence
        entries.reserveCapacity(Self.limit)
        datagram.reserveCapacity(Self.limit * 160)
    }

    /// Whether one more change, of up to two requests, fits.
    var hasRoom: Bool { entries.count + 2 <= Self.limit }

    /// The number of the request after the last one.
    var nextSequence: UInt32 { firstSequence + UInt32(entries.count) }

    /// Of each request the place of its change.
    var changeIndexes: [Int] { entries.map(\.changeIndex) }

    /// Adds a change; one that no request can carry has failed at once.
    mutating func append(_ change: IPVSChange, index: Int) {
        let (first, second) = IPVSRequest.requests(of: change)
        do throws(IPVSError) {
            try append(Entry(request: first, changeIndex: index, mayExist: second != nil))
            if let second { try append(Entry(request: second, changeIndex: index, mayExist: false)) }
        } catch {
            note(index, error)
        }
    }

    /// Adds a change that is not to be asked for.
    mutating func refuse(index: Int, _ error: IPVSError) { note(index, error) }

    private mutating func append(_ entry: Entry) throws(IPVSError) {
        let start = datagram.count
        try entry.request.encode(into: &datagram, family: family, sequence: nextSequence, isAcknowledged: false)
        lastMessage = start
        entries.append(entry)
    }

    /// The bytes to send; nil if there is nothing to be asked.
    mutating func finish() -> [UInt8]? {
        guard !entries.isEmpty else { return nil }
        // The low byte of nlmsg_flags, which netlink has in host order.
        let flags = lastMessage + (UInt16(1).littleEndian == 1 ? 6 : 7)
        datagram[flags] |= UInt8(NLM_F_ACK)
        return datagram
    }

    /// Takes in a message; those of other requests are skipped.
    ///
    /// - Throws: `.answersLost`, `.malformed`.
    mutating func accept(_ reply: borrowing Reply) throws(IPVSError) {
        let index = Int(reply.sequence &- firstSequence)
        guard index < entries.count else { return }
        switch try reply.kind() {
        case .data, .noOperation, .done: return
        case .overrun: throw IPVSError(.answersLost, text: "the kernel says that it lost messages")
        case .acknowledgement(let errno, let text):
            let entry = entries[index]
            if let errno, !(entry.mayExist && errno == .fileExists) {
                note(entry.changeIndex, entry.request.refusal(errno, text))
            }
            if index == entries.count - 1 { isComplete = true }
        }
    }

    /// Of a change's two requests the first that fails gives the reason.
    private mutating func note(_ index: Int, _ error: IPVSError) {
        if failures.contains(where: { $0.changeIndex == index }) { return }
        failures.append(Failure(changeIndex: index, error: error))
    }
}
