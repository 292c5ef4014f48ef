/// What one receive call returned.
struct Datagram: Sendable {
    var bytes: [UInt8]
    /// The sender's port id; 0 is the kernel.
    var sender: UInt32 = 0
    /// How long it was before it was cut to the buffer (`MSG_TRUNC`).
    var fullLength: Int

    init(bytes: [UInt8], sender: UInt32 = 0, fullLength: Int? = nil) {
        self.bytes = bytes
        self.sender = sender
        self.fullLength = fullLength ?? bytes.count
    }

    /// The messages in it; none if another process sent it, which anyone may do.
    ///
    /// - Throws: `.truncated` or `.malformed`.
    func messages() throws(NetlinkError) -> [NetlinkMessage] {
        guard sender == 0 else { return [] }
        guard fullLength <= bytes.count else {
            throw NetlinkError(
                .truncated,
                text: "a datagram of \(fullLength) bytes did not fit the receive buffer of \(bytes.count)"
            )
        }
        return try NetlinkMessage.parse(bytes)
    }
}
