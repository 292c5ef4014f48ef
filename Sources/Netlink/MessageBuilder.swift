/// Messages one after the other in one contiguous buffer, numbered in sequence: what one `sendmsg` carries.
///
/// The builder is pure: golden tests compare ``finish()``'s bytes. ``NetlinkSocket/batch(_:)`` sends one.
public struct MessageBuilder: Sendable {
    /// Where the messages' payloads are written.
    public private(set) var writer: AttributeWriter
    /// The sequence number of the first message.
    public let firstSequence: UInt32
    /// How many messages were appended.
    public private(set) var messageCount = 0
    /// The sequence numbers of the messages that ask for an answer on success too (`NLM_F_ACK`), in order.
    public private(set) var acknowledgedSequences: [UInt32] = []

    /// Makes an empty builder.
    ///
    /// - Parameters:
    ///   - firstSequence: the first message's number; for a socket, its ``NetlinkSocket/nextSequence``.
    ///   - capacity: bytes to expect; more are possible.
    public init(firstSequence: UInt32 = 1, capacity: Int = 4096) {
        self.firstSequence = firstSequence
        writer = AttributeWriter(capacity: capacity)
    }

    /// The number that the next message gets.
    public var nextSequence: UInt32 { firstSequence &+ UInt32(truncatingIfNeeded: messageCount) }

    /// Bytes so far.
    public var count: Int { writer.count }

    /// The first attribute or message that did not fit; nil while all is well.
    public var failure: NetlinkError? { writer.failure }

    /// Appends a message.
    ///
    /// - Parameters:
    ///   - type: the kernel's `nlmsg_type`; netfilter's are subsystem << 8 | message.
    ///   - flags: `NLM_F_REQUEST` is added. With ``MessageFlags/acknowledge`` success is answered, too.
    ///   - body: appends the family's fixed header, then the attributes.
    /// - Returns: the message's sequence number.
    /// - Throws: what the body throws.
    @discardableResult
    public mutating func message<Failure: Error>(
        _ type: UInt16,
        flags: MessageFlags,
        _ body: (inout AttributeWriter) throws(Failure) -> Void
    ) throws(Failure) -> UInt32 {
        let start = begin(type, flags: flags)
        try body(&writer)
        return end(start, flags: flags)
    }

    private mutating func begin(_ type: UInt16, flags: MessageFlags) -> Int {
        writer.align()
        let start = writer.advance(by: NetlinkMessage.headerLength)
        writer.store(type, at: start + 4)
        writer.store(flags.union(.request).rawValue, at: start + 6)
        writer.store(nextSequence, at: start + 8)
        return start
    }

    private mutating func end(_ start: Int, flags: MessageFlags) -> UInt32 {
        let sequence = nextSequence
        // A message's own length is not padded, the gap to the next one is.
        if let length = UInt32(exactly: writer.count - start) {
            writer.store(length, at: start)
        } else {
            writer.fail(NetlinkError(.tooLarge, operation: "encode message", text: "over 4 GiB"))
        }
        writer.align()
        if flags.contains(.acknowledge) { acknowledgedSequences.append(sequence) }
        messageCount += 1
        return sequence
    }

    /// The bytes of all messages.
    ///
    /// - Throws: the first attribute's or message's failure to fit, with code `.tooLarge`.
    public consuming func finish() throws(NetlinkError) -> [UInt8] { try writer.finish() }
}
