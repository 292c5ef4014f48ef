/// Sorts the answers to a request: which are ours, which are data, which end the exchange.
struct ReplyCollector {
    /// What ends the exchange.
    enum Goal: Hashable, Sendable {
        /// An acknowledgement of one request, or its error.
        case acknowledgement
        /// `NLMSG_DONE`, or an error.
        case endOfDump
    }

    let sequence: UInt32
    let goal: Goal
    /// The bytes of the request, to name the attribute that an error blames.
    let request: [UInt8]
    private(set) var messages: [NetlinkMessage] = []
    private(set) var isComplete = false
    /// `NLM_F_DUMP_INTR` was seen.
    private(set) var wasInterrupted = false

    init(sequence: UInt32, goal: Goal, request: [UInt8]) {
        self.sequence = sequence
        self.goal = goal
        self.request = request
    }

    /// Takes in a datagram.
    ///
    /// Messages with another sequence number answer a request that was given up: they are skipped.
    ///
    /// - Throws: the kernel's error, `.malformed`, `.truncated` or `.overrun`.
    mutating func accept(_ datagram: Datagram) throws(NetlinkError) {
        for message in try datagram.messages() where message.sequence == sequence && !isComplete {
            if message.flags.contains(.dumpInterrupted) { wasInterrupted = true }
            switch message.type {
            case NetlinkMessage.error:
                try end(try KernelReply(errorMessage: message, request: request[...]))
            case NetlinkMessage.done:
                try end(KernelReply(doneMessage: message, request: request[...]))
            case NetlinkMessage.overrun:
                throw NetlinkError(.overrun, text: "the kernel says that it lost messages (NLMSG_OVERRUN)")
            case NetlinkMessage.noOperation:
                break
            default:
                messages.append(message)
            }
        }
    }

    private mutating func end(_ reply: KernelReply) throws(NetlinkError) {
        isComplete = true
        if case .failure(let error) = reply { throw error }
    }
}
