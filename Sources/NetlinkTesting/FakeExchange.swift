public import LinuxSystem
public import Netlink
import Synchronization

/// A function in the kernel's place, for `NetlinkSocket.connected(to:)`, that remembers what was sent.
///
/// ```
/// let kernel = FakeExchange { request in [.done(request)] }
/// let socket = NetlinkSocket.connected(to: kernel.exchange)
/// ```
public final class FakeExchange: Sendable {
    private let answer: @Sendable (NetlinkMessage) throws -> [NetlinkMessage]
    private let record = Mutex<[NetlinkMessage]>([])

    /// Makes a fake.
    ///
    /// - Parameter answer: is called with each message of what is sent and returns the answers to it, in order.
    public init(_ answer: @escaping @Sendable (NetlinkMessage) throws -> [NetlinkMessage]) { self.answer = answer }

    /// A fake that acknowledges whatever asks for it.
    public static var acknowledging: FakeExchange {
        FakeExchange { $0.flags.contains(.acknowledge) ? [.acknowledgement($0)] : [] }
    }

    /// The messages that were sent so far.
    public var requests: [NetlinkMessage] { record.withLock { $0 } }

    /// The function for `NetlinkSocket.connected(to:)`.
    public func exchange(_ bytes: [UInt8]) throws -> [NetlinkMessage] {
        let messages = try NetlinkMessage.parse(bytes)
        record.withLock { $0 += messages }
        return try messages.flatMap(answer)
    }
}

/// The kernel's answers to a request.
extension NetlinkMessage {
    /// A message with data, such as the object that a get request asked for.
    public static func data(
        _ request: NetlinkMessage,
        type: UInt16,
        flags: MessageFlags = [],
        payload: [UInt8]
    ) -> NetlinkMessage {
        NetlinkMessage(type: type, flags: flags, sequence: request.sequence, payload: payload[...])
    }

    /// `NLMSG_ERROR` with number 0.
    public static func acknowledgement(_ request: NetlinkMessage) -> NetlinkMessage { failure(request, nil) }

    /// `NLMSG_ERROR`, capped, with extended-ACK attributes where text or offset are given.
    public static func failure(
        _ request: NetlinkMessage,
        _ errno: Errno?,
        text: String = "",
        offset: UInt32? = nil
    ) -> NetlinkMessage {
        var writer = AttributeWriter()
        writer.append(-(errno?.rawValue ?? 0))
        writer.append(bytes: request.bytes.prefix(16))
        var flags: MessageFlags = .capped
        if !text.isEmpty || offset != nil { flags.insert(.extendedAcknowledgement) }
        if !text.isEmpty { writer.attribute(1, string: text) }
        if let offset { writer.attribute(2, offset) }
        return NetlinkMessage(type: error, flags: flags, sequence: request.sequence, payload: finished(writer)[...])
    }

    /// `NLMSG_DONE`, with the dump's error number if one is given.
    public static func done(
        _ request: NetlinkMessage,
        _ errno: Errno? = nil,
        flags: MessageFlags = .multi
    ) -> NetlinkMessage {
        var writer = AttributeWriter()
        writer.append(-(errno?.rawValue ?? 0))
        return NetlinkMessage(type: done, flags: flags, sequence: request.sequence, payload: finished(writer)[...])
    }

    private static func finished(_ writer: consuming AttributeWriter) -> [UInt8] {
        do {
            return try writer.finish()
        } catch {
            preconditionFailure("a fake's answer does not fit: \(error)")
        }
    }
}
