import LinuxSystem

extension NetlinkSocket {
    /// Sends one request and waits for its acknowledgement (`NLM_F_ACK` is added).
    ///
    /// - Returns: the messages that came before the acknowledgement: the object, for a get request.
    /// - Throws: `.kernel` with the kernel's error number and words, `.timeout`, `.overrun`, `.truncated`, `.malformed`,
    ///   `.tooLarge`, `.system`; each with the request's operation and object.
    @discardableResult
    public mutating func request(_ request: NetlinkRequest) throws(NetlinkError) -> [NetlinkMessage] {
        try exchange(request, adding: .acknowledge, until: .acknowledgement).messages
    }

    /// Sends one dump request (`NLM_F_DUMP` is added) and collects the entries.
    ///
    /// A table that changes while it is dumped is dumped again, ``dumpTries`` times at most.
    ///
    /// - Returns: the entries. With an unsupported filter of the route family the kernel refuses (EINVAL).
    /// - Throws: as ``request(_:)``, and `.interrupted`.
    public mutating func dump(_ request: NetlinkRequest) throws(NetlinkError) -> [NetlinkMessage] {
        for _ in 0..<max(dumpTries, 1) {
            let replies = try exchange(request, adding: .dump, until: .endOfDump)
            if !replies.wasInterrupted { return replies.messages }
        }
        throw NetlinkError(
            .interrupted,
            operation: request.operation,
            object: request.object,
            text: "the table changed during each of \(max(dumpTries, 1)) dumps"
        )
    }

    private mutating func exchange(
        _ request: NetlinkRequest,
        adding flags: MessageFlags,
        until goal: ReplyCollector.Goal
    ) throws(NetlinkError) -> ReplyCollector {
        let sequence = nextSequence
        nextSequence &+= 1
        do throws(NetlinkError) {
            let bytes = try request.encoded(sequence: sequence, adding: flags)
            var collector = ReplyCollector(sequence: sequence, goal: goal, request: bytes)
            try send(bytes)
            let deadline = Deadline.after(timeout)
            while !collector.isComplete {
                guard let datagram = try receiveDatagram(until: deadline) else {
                    throw NetlinkError(
                        .timeout,
                        text: "the kernel did not answer within \(timeout)",
                        sequence: sequence
                    )
                }
                try collector.accept(datagram)
            }
            return collector
        } catch {
            throw error.during(request.operation, request.object)
        }
    }
}
