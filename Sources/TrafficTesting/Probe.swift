public import NetworkTypes

/// One question to a ``NameServer``: who answers at this address, and how it sees us.
public struct Probe: Hashable, Sendable {
    /// What a server answered.
    public struct Answer: Hashable, Sendable {
        /// The name of the server that was reached.
        public let server: String
        /// The client's address as the server saw it: the node's if the packet was masqueraded.
        public let clientSeen: IPEndpoint
    }

    /// TCP, UDP or SCTP.
    public let transport: InternetSocket.Transport
    /// The address that is asked: a pod's, or a Service's.
    public let target: IPEndpoint
    /// Milliseconds to wait for the handshake, and again for the answer.
    public let timeout: Int32

    /// A question to one address; `timeout` is made longer by ``Patience``.
    public init(_ transport: InternetSocket.Transport, _ target: IPEndpoint, timeout: Int32 = 1000) {
        self.transport = transport
        self.target = target
        self.timeout = Patience.milliseconds(timeout)
    }

    /// Asks once, over a new connection, from the calling thread's network namespace.
    public func ask() throws(TrafficError) -> Answer {
        do throws(TrafficError) {
            let socket = try InternetSocket(transport, family: target.address.family)
            try socket.connect(to: target, timeout: timeout)
            try socket.send(Array("who?\n".utf8))
            return try Self.answer(in: socket.receive(timeout: timeout), from: target)
        } catch {
            throw error.asking(target)
        }
    }

    static func answer(in bytes: [UInt8], from target: IPEndpoint) throws(TrafficError) -> Answer {
        let words = String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isWhitespace)
        guard words.count >= 2, let client = IPEndpoint(words[1]) else { throw TrafficError(closed: "answer", target) }
        return Answer(server: String(words[0]), clientSeen: client)
    }
}
