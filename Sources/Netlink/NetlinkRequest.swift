/// A request that is not sent yet: pure bytes with the words that an error about it needs.
public struct NetlinkRequest: Sendable {
    /// The kernel's `nlmsg_type`.
    public var type: UInt16
    /// `nlmsg_flags`; request, ACK and dump bits are added by whoever sends it.
    public var flags: MessageFlags
    /// What it does, as a verb phrase: "add route".
    public var operation: String
    /// On what: "10.244.1.0/24 via 192.168.0.2".
    public var object: String
    /// The family's fixed header and the attributes.
    public var payload: AttributeWriter

    /// Makes a request.
    ///
    /// - Parameters:
    ///   - type: the kernel's `nlmsg_type`.
    ///   - flags: such as `[.create, .exclusive]`.
    ///   - operation: what it does, for errors.
    ///   - object: on what, for errors.
    ///   - body: appends the family's fixed header, then the attributes.
    /// - Throws: what the body throws.
    public init<Failure: Error>(
        _ type: UInt16,
        flags: MessageFlags = [],
        operation: String,
        object: String,
        _ body: (inout AttributeWriter) throws(Failure) -> Void
    ) throws(Failure) {
        self.type = type
        self.flags = flags
        self.operation = operation
        self.object = object
        payload = AttributeWriter(capacity: 128)
        try body(&payload)
    }

    /// The message's bytes.
    ///
    /// - Parameters:
    ///   - sequence: `nlmsg_seq`.
    ///   - extraFlags: added to ``flags`` and `NLM_F_REQUEST`.
    /// - Returns: the message, header included.
    /// - Throws: `.tooLarge` if an attribute does not fit.
    public func encoded(sequence: UInt32 = 0, adding extraFlags: MessageFlags = []) throws(NetlinkError) -> [UInt8] {
        var builder = MessageBuilder(firstSequence: sequence, capacity: 16 + payload.count)
        append(to: &builder, adding: extraFlags)
        return try builder.finish()
    }

    /// Appends the message to a batch.
    ///
    /// - Parameters:
    ///   - builder: gets the message.
    ///   - extraFlags: added to ``flags``, such as ``MessageFlags/acknowledge``.
    /// - Returns: its sequence number there.
    @discardableResult
    public func append(to builder: inout MessageBuilder, adding extraFlags: MessageFlags = []) -> UInt32 {
        builder.message(type, flags: flags.union(extraFlags)) { $0.append(payload) }
    }
}
