import LinuxSystem

extension NetlinkSocket {
    /// Sends messages in one datagram of any size and collects what the kernel answers.
    ///
    /// The kernel answers each message that fails, and those that ask for it with ``MessageFlags/acknowledge``. It is
    /// done when the latter have all been answered; an nf_tables batch asks once, in the last message before its end.
    ///
    /// - Parameter builder: numbered from ``nextSequence`` on.
    /// - Returns: the failures, in the order in which they came; empty when all went well.
    /// - Throws: when the batch could not be sent or its fate not be learned: `.tooLarge`, `.timeout`, `.overrun`,
    ///   `.truncated`, `.malformed`, `.system`.
    public mutating func batch(_ builder: consuming MessageBuilder) throws(NetlinkError) -> BatchOutcome {
        guard builder.messageCount > 0 else { return BatchOutcome() }
        let (first, count) = (builder.firstSequence, builder.messageCount)
        let acknowledged = builder.acknowledgedSequences
        nextSequence = builder.nextSequence
        let bytes = try builder.finish()
        // An error takes 768 to 1,024 bytes of buffer; a flood of errors says no more than its beginning. What a few
        // requests are answered, 5 KiB each at most (a link), has room in the smallest buffer that anybody configures.
        if count > 16 {
            try growReceiveBuffer(to: min(256 << 10 + acknowledged.count << 10 + min(count, 4096) << 10, 512 << 20))
        }
        try send(bytes)
        var collector = BatchCollector(
            firstSequence: first,
            messageCount: count,
            acknowledged: acknowledged,
            batch: bytes
        )
        try collect(into: &collector)
        return collector.outcome
    }

    private mutating func collect(into collector: inout BatchCollector) throws(NetlinkError) {
        let deadline = Deadline.after(timeout)
        while !collector.isComplete || collector.hasFailed {
            do throws(NetlinkError) {
                guard let datagram = try receiveDatagram(until: collector.hasFailed ? .now : deadline) else { break }
                try collector.accept(datagram)
            } catch {
                guard error.code == .overrun else { throw error }
                collector.noteOverrun()
            }
        }
        if collector.isComplete || !collector.outcome.failures.isEmpty { return }
        if collector.outcome.isOverrun {
            throw NetlinkError(.overrun, operation: "batch", text: "the answers to it are lost")
        }
        throw NetlinkError(.timeout, operation: "batch", text: "the kernel did not answer within \(timeout)")
    }

    /// Sends several requests in one datagram, each acknowledged, and collects their errors.
    ///
    /// They are not one transaction: the kernel goes on after a failed one.
    ///
    /// - Returns: the outcome; its failures carry the operation and object of their request.
    /// - Throws: as ``batch(_:)-(MessageBuilder)``.
    public mutating func batch(_ requests: [NetlinkRequest]) throws(NetlinkError) -> BatchOutcome {
        var builder = MessageBuilder(firstSequence: nextSequence, capacity: requests.count * 128)
        for request in requests { request.append(to: &builder, adding: .acknowledge) }
        let first = builder.firstSequence
        var outcome = try batch(builder)
        for (index, failure) in outcome.failures.enumerated() {
            guard let sequence = failure.sequence else { continue }
            let request = requests[Int(sequence &- first)]
            outcome.failures[index] = failure.during(request.operation, request.object)
        }
        return outcome
    }
}
