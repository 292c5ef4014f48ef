import Glibc
public import NetworkTypes

/// One question to a ``NameServer`` in a datagram that fills an IP packet of a given length and may not be fragmented:
/// whether the whole path carries packets of that length.
public struct WholePacketProbe: Hashable, Sendable {
    /// The server.
    public let target: IPEndpoint
    /// The length of the packet in bytes, with its IP and UDP headers.
    public let length: Int
    /// Milliseconds to wait for the answer.
    public let timeout: Int32

    /// A question to one address; `timeout` is made longer by ``Patience``.
    public init(_ target: IPEndpoint, length: Int, timeout: Int32 = 2000) {
        self.target = target
        self.length = length
        self.timeout = Patience.milliseconds(timeout)
    }

    /// Asks once, from the calling thread's network namespace.
    ///
    /// - Throws: `.tooLong` when the first link, or a router that answered before, takes no packets of that length;
    ///   `.timeout` when it went out and nothing came back.
    public func ask() throws(TrafficError) -> Probe.Answer {
        let socket = try InternetSocket(.udp, family: target.family)
        try socket.forbidFragments()
        try socket.connect(to: target, timeout: timeout)
        let headers = (target.family == .ipv4 ? 20 : 40) + 8
        try socket.send([UInt8](repeating: UInt8(ascii: "?"), count: max(0, length - headers)))
        return try Probe.answer(in: socket.receive(timeout: timeout), from: target)
    }
}

extension InternetSocket {
    /// Lets packets go out whole or not at all: `IP_PMTUDISC_DO` of ip(7).
    func forbidFragments() throws(TrafficError) {
        var always = Int32(2)  // IP_PMTUDISC_DO, IPV6_PMTUDISC_DO
        let (level, option) = family == .ipv4 ? (IPPROTO_IP, IP_MTU_DISCOVER) : (IPPROTO_IPV6, IPV6_MTU_DISCOVER)
        let size = socklen_t(MemoryLayout<Int32>.size)
        let result = unsafe setsockopt(descriptor, Int32(level), Int32(option), &always, size)
        if result != 0 { throw TrafficError("forbid fragments", nil, errno: errno) }
    }
}
