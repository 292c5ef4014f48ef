public import LinuxSystem

extension NetlinkSocket {
    /// Sends bytes in one datagram, whatever their number.
    ///
    /// - Throws: `.tooLarge` if they do not fit the send buffer that this process may have; `.system`.
    public func send(_ bytes: [UInt8]) throws(NetlinkError) {
        switch transport {
        case .function(let peer):
            try peer.send(bytes)
        case .kernel(let descriptor):
            // netlink_sendmsg refuses len > sk_sndbuf - 32.
            let size = try bytes.count < 64 << 10 ? .max : growSendBuffer(to: bytes.count + 64)
            guard size - 32 >= bytes.count else {
                throw NetlinkError(
                    .tooLarge,
                    operation: "send netlink message",
                    object: "\(bytes.count) bytes",
                    text:
                        "the send buffer may only have \(size) bytes; run as root outside of user namespaces or raise net.core.wmem_max"
                )
            }
            try SocketCalls.send(descriptor, bytes)
        }
    }

    /// Receives one datagram; nil when none came until the deadline, or until it was ended.
    mutating func receiveDatagram(
        until deadline: Deadline,
        unless wakeUp: WakeUp? = nil
    ) throws(NetlinkError) -> Datagram? {
        switch transport {
        case .function(let peer):
            return peer.receive()
        case .kernel(let descriptor):
            while true {
                if let datagram = try SocketCalls.receive(descriptor, into: &receiveBuffer) { return datagram }
                guard !deadline.hasPassed else { return nil }
                do throws(Errno) {
                    guard try descriptor.waitUntilReadable(until: deadline, unless: wakeUp) else { return nil }
                } catch {
                    throw NetlinkError(.system, errno: error, operation: "poll netlink socket")
                }
            }
        }
    }

    /// Receives notifications: the messages of the next datagram that the kernel sends.
    ///
    /// - Parameters:
    ///   - deadline: until when to wait.
    ///   - wakeUp: ends the wait, too.
    /// - Returns: at least one message.
    /// - Throws: `.timeout` at the deadline or when the wait was ended, `.overrun` when notifications were lost,
    ///   `.malformed`, `.truncated`, `.system`.
    public mutating func receive(
        until deadline: Deadline,
        unless wakeUp: WakeUp? = nil
    ) throws(NetlinkError) -> [NetlinkMessage] {
        while let datagram = try receiveDatagram(until: deadline, unless: wakeUp) {
            let messages = try datagram.messages()
            if !messages.isEmpty { return messages }
        }
        throw NetlinkError(.timeout, operation: "receive netlink notification", text: "none came in time")
    }
}
