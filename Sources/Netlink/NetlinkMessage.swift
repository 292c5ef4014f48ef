/// A received message: the header of `struct nlmsghdr` (linux/netlink.h) and a slice of the datagram.
public struct NetlinkMessage: Hashable, Sendable {
    /// `nlmsg_type`: a control type below 16 (see ``isControl``), or the family's own.
    public var type: UInt16
    /// `nlmsg_flags`.
    public var flags: MessageFlags
    /// `nlmsg_seq`: that of the request; 0 in notifications.
    public var sequence: UInt32
    /// `nlmsg_pid`: the port that the request came from.
    public var portID: UInt32
    /// What follows the header, without padding.
    public var payload: ArraySlice<UInt8>

    /// Makes a message of its parts.
    public init(
        type: UInt16,
        flags: MessageFlags = [],
        sequence: UInt32 = 0,
        portID: UInt32 = 0,
        payload: ArraySlice<UInt8> = []
    ) {
        self.type = type
        self.flags = flags
        self.sequence = sequence
        self.portID = portID
        self.payload = payload
    }

    /// Bytes of the header: 16.
    public static var headerLength: Int { 16 }
    /// `NLMSG_NOOP`.
    public static var noOperation: UInt16 { 1 }
    /// `NLMSG_ERROR`: an error, or with number 0 an acknowledgement.
    public static var error: UInt16 { 2 }
    /// `NLMSG_DONE`: the end of a dump.
    public static var done: UInt16 { 3 }
    /// `NLMSG_OVERRUN`: data was lost (no current kernel sends it).
    public static var overrun: UInt16 { 4 }

    /// Whether the type is one of netlink's own (`NLMSG_MIN_TYPE`), not the family's.
    public var isControl: Bool { type < 16 }

    /// The bytes of the whole message, padding excluded.
    public var bytes: [UInt8] {
        var writer = AttributeWriter(capacity: 16 + payload.count)
        writer.append(UInt32(truncatingIfNeeded: Self.headerLength + payload.count))
        writer.append(type)
        writer.append(flags.rawValue)
        writer.append(sequence)
        writer.append(portID)
        writer.append(bytes: payload)
        return writer.written
    }
}

extension NetlinkMessage {
    /// Takes a datagram apart.
    ///
    /// - Throws: `.malformed` if a length is below 16 or beyond the end; messages before that are lost with it.
    public static func parse(_ datagram: ArraySlice<UInt8>) throws(NetlinkError) -> [NetlinkMessage] {
        var messages: [NetlinkMessage] = []
        var rest = datagram
        while !rest.isEmpty {
            guard let length = rest.hostInteger(at: 0, as: UInt32.self), let length = Int(exactly: length),
                length >= headerLength, length <= rest.count,
                let type = rest.hostInteger(at: 4, as: UInt16.self),
                let flags = rest.hostInteger(at: 6, as: UInt16.self),
                let sequence = rest.hostInteger(at: 8, as: UInt32.self),
                let portID = rest.hostInteger(at: 12, as: UInt32.self)
            else {
                let place = "byte \(rest.startIndex - datagram.startIndex) of \(datagram.count)"
                throw NetlinkError(.malformed, text: "no message fits at \(place)")
            }
            let payload = rest.dropFirst(headerLength).prefix(length - headerLength)
            messages.append(
                NetlinkMessage(
                    type: type,
                    flags: MessageFlags(rawValue: flags),
                    sequence: sequence,
                    portID: portID,
                    payload: payload
                )
            )
            // The last message's padding may be missing.
            rest = rest.dropFirst((length + 3) & ~3)
        }
        return messages
    }

    /// Takes a datagram apart; see ``parse(_:)-(ArraySlice<UInt8>)``.
    ///
    /// - Throws: `.malformed`.
    public static func parse(_ datagram: [UInt8]) throws(NetlinkError) -> [NetlinkMessage] { try parse(datagram[...]) }

    /// A reader of the attributes after the family's fixed header.
    ///
    /// - Parameter length: the header's bytes, such as 16 for `ifinfomsg`.
    /// - Returns: the reader, before its first attribute.
    /// - Throws: `.malformed` if the payload is shorter.
    public func attributes(after length: Int) throws(NetlinkError) -> AttributeReader {
        guard payload.count >= length else {
            throw NetlinkError(
                .malformed,
                text: "message \(type) has \(payload.count) bytes, its header needs \(length)",
                sequence: sequence
            )
        }
        return AttributeReader(payload.dropFirst((length + 3) & ~3))
    }

    /// An integer in host order from the family's fixed header.
    ///
    /// - Throws: `.malformed` if the payload ends before.
    @inlinable
    public func field<Value: FixedWidthInteger>(at offset: Int, as type: Value.Type) throws(NetlinkError) -> Value {
        if let value = payload.hostInteger(at: offset, as: type) { return value }
        throw NetlinkError(
            .malformed,
            text: "message \(self.type) ends at byte \(payload.count), before its field at \(offset)",
            sequence: sequence
        )
    }
}
