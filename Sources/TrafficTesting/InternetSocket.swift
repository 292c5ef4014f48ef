import Glibc
public import NetworkTypes

/// A TCP, UDP or SCTP socket of the calling thread's network namespace, closed when the last reference goes.
///
/// Confined to one thread: a probe opens it inside `withNetworkNamespace` and it stays in that namespace.
public final class InternetSocket {
    /// The transports that the probes speak.
    public enum Transport: String, Hashable, Sendable, CaseIterable {
        /// A stream socket.
        case tcp
        /// A datagram socket.
        case udp
        /// A stream socket with one association; needs the kernel's sctp module.
        case sctp

        /// TCP and UDP: what every kernel has.
        public static let common: [Transport] = [.tcp, .udp]

        var type: Int32 { Int32((self == .udp ? SOCK_DGRAM : SOCK_STREAM).rawValue) }
        /// 0 is the type's own protocol.
        var number: Int32 { self == .sctp ? Int32(IPPROTO_SCTP) : 0 }
    }

    let descriptor: Int32
    let family: IPFamily

    /// Opens a non-blocking socket.
    public init(_ transport: Transport, family: IPFamily) throws(TrafficError) {
        let flags = transport.type | Int32(SOCK_CLOEXEC.rawValue) | Int32(SOCK_NONBLOCK.rawValue)
        descriptor = Glibc.socket(family == .ipv4 ? AF_INET : AF_INET6, flags, transport.number)
        self.family = family
        if descriptor < 0 { throw TrafficError("socket", nil, errno: errno) }
    }

    /// Opens a non-blocking socket that sends and sees SCTP packets as they are.
    init(rawSCTP family: IPFamily) throws(TrafficError) {
        let flags = Int32(SOCK_RAW.rawValue) | Int32(SOCK_CLOEXEC.rawValue) | Int32(SOCK_NONBLOCK.rawValue)
        descriptor = Glibc.socket(family == .ipv4 ? AF_INET : AF_INET6, flags, Int32(IPPROTO_SCTP))
        self.family = family
        if descriptor < 0 { throw TrafficError("socket", nil, errno: errno) }
    }

    private init(adopting descriptor: Int32, family: IPFamily) {
        self.descriptor = descriptor
        self.family = family
    }

    deinit { if descriptor >= 0 { _ = Glibc.close(descriptor) } }

    /// Connects, and for TCP and SCTP waits until the handshake is through or `timeout` milliseconds have passed.
    public func connect(to endpoint: IPEndpoint, timeout: Int32) throws(TrafficError) {
        if try beginConnecting(to: endpoint) { return }
        guard wait(for: POLLOUT, timeout: timeout) else { throw TrafficError("connect", endpoint, errno: ETIMEDOUT) }
        if let failure = takeError("connect", endpoint) { throw failure }
    }

    /// Begins to connect; returns whether it is done, as for UDP at once.
    func beginConnecting(to endpoint: IPEndpoint) throws(TrafficError) -> Bool {
        let result = unsafe withSocketAddress(of: endpoint) { address, length in
            unsafe Glibc.connect(descriptor, address, length)
        }
        if result == 0 { return true }
        guard errno == EINPROGRESS else { throw TrafficError("connect", endpoint, errno: errno) }
        return false
    }

    /// The socket's pending error, which is forgotten by this.
    func takeError(_ operation: String, _ endpoint: IPEndpoint?) -> TrafficError? {
        var failure: Int32 = 0
        var size = socklen_t(MemoryLayout<Int32>.size)
        _ = unsafe getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &failure, &size)
        return failure == 0 ? nil : TrafficError(operation, endpoint, errno: failure)
    }

    /// Binds to an address, shared with sockets in TIME_WAIT; an IPv6 socket takes IPv6 only.
    public func bind(to endpoint: IPEndpoint) throws(TrafficError) {
        var yes: Int32 = 1
        let size = socklen_t(MemoryLayout<Int32>.size)
        _ = unsafe setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, size)
        if family == .ipv6 { _ = unsafe setsockopt(descriptor, Int32(IPPROTO_IPV6), IPV6_V6ONLY, &yes, size) }
        let result = unsafe withSocketAddress(of: endpoint) { address, length in
            unsafe Glibc.bind(descriptor, address, length)
        }
        if result != 0 { throw TrafficError("bind", endpoint, errno: errno) }
    }

    /// Makes a bound TCP or SCTP socket accept connections.
    public func listen(backlog: Int32 = 1024) throws(TrafficError) {
        if Glibc.listen(descriptor, backlog) != 0 { throw TrafficError("listen", nil, errno: errno) }
    }

    /// The next waiting connection and who made it, nil when none waits.
    public func accept() -> (connection: InternetSocket, peer: IPEndpoint)? {
        var storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        let accepted = unsafe withUnsafeMutablePointer(to: &storage) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                unsafe Glibc.accept(descriptor, address, &length)
            }
        }
        guard accepted >= 0 else { return nil }
        _ = fcntl(accepted, F_SETFD, FD_CLOEXEC)
        _ = fcntl(accepted, F_SETFL, O_NONBLOCK)
        let connection = InternetSocket(adopting: accepted, family: family)
        guard let peer = endpoint(of: storage) else { return nil }
        return (connection, peer)
    }

    /// Sends all bytes; small messages only, so a full send buffer is an error.
    public func send(_ bytes: [UInt8], to endpoint: IPEndpoint? = nil) throws(TrafficError) {
        let flags = Int32(MSG_NOSIGNAL)
        let sent =
            if let endpoint {
                unsafe withSocketAddress(of: endpoint) { address, length in
                    unsafe Glibc.sendto(descriptor, bytes, bytes.count, flags, address, length)
                }
            } else {
                unsafe Glibc.send(descriptor, bytes, bytes.count, flags)
            }
        if sent != bytes.count { throw TrafficError("send", endpoint, errno: sent < 0 ? errno : EAGAIN) }
    }

    /// What arrived within `timeout` milliseconds; an empty array when the peer closed the connection.
    public func receive(timeout: Int32) throws(TrafficError) -> [UInt8] {
        guard wait(for: POLLIN, timeout: timeout) else { throw TrafficError("receive", nil, errno: ETIMEDOUT) }
        return try receiveWaiting().bytes
    }

    /// What waits in the socket now, and who sent it.
    func receiveWaiting() throws(TrafficError) -> (bytes: [UInt8], peer: IPEndpoint?) {
        var buffer = [UInt8](repeating: 0, count: 2048)
        var storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        let count = unsafe withUnsafeMutablePointer(to: &storage) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                unsafe recvfrom(descriptor, &buffer, buffer.count, 0, address, &length)
            }
        }
        if count < 0 { throw TrafficError("receive", nil, errno: errno) }
        return (Array(buffer[..<count]), length == 0 ? nil : endpoint(of: storage))
    }

    /// Waits until the socket is ready for `events` (`POLLIN`, `POLLOUT`); false at the deadline.
    func wait(for events: Int32, timeout: Int32) -> Bool {
        var entry = pollfd(fd: descriptor, events: Int16(events), revents: 0)
        while true {
            let ready = unsafe poll(&entry, 1, timeout)
            if ready < 0 && errno == EINTR { continue }
            return ready > 0
        }
    }
}

/// Calls `body` with the kernel's form of an address.
@unsafe private func withSocketAddress<Result>(
    of endpoint: IPEndpoint,
    _ body: (UnsafePointer<sockaddr>, socklen_t) -> Result
) -> Result {
    switch endpoint.address {
    case .v4(let address):
        var form = sockaddr_in()
        form.sin_family = sa_family_t(AF_INET)
        form.sin_port = endpoint.port.rawValue.bigEndian
        form.sin_addr.s_addr = address.rawValue.bigEndian
        return unsafe rebound(&form, body)
    case .v6:
        var form = sockaddr_in6()
        form.sin6_family = sa_family_t(AF_INET6)
        form.sin6_port = endpoint.port.rawValue.bigEndian
        unsafe withUnsafeMutableBytes(of: &form.sin6_addr) { unsafe $0.copyBytes(from: endpoint.address.bytes) }
        return unsafe rebound(&form, body)
    }
}

@unsafe private func rebound<Form, Result>(
    _ form: inout Form,
    _ body: (UnsafePointer<sockaddr>, socklen_t) -> Result
) -> Result {
    unsafe withUnsafePointer(to: &form) { pointer in
        unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
            unsafe body(address, socklen_t(MemoryLayout<Form>.size))
        }
    }
}

private func endpoint(of storage: sockaddr_storage) -> IPEndpoint? {
    var storage = storage
    let bytes = unsafe withUnsafeBytes(of: &storage) { unsafe Array($0) }
    let port = Port(rawValue: UInt16(bytes[2]) << 8 | UInt16(bytes[3]))
    // sockaddr_in holds its address at byte 4, sockaddr_in6 (after the flow label) at byte 8.
    let addressBytes =
        switch Int32(storage.ss_family) {
        case AF_INET: Array(bytes[4..<8])
        case AF_INET6: Array(bytes[8..<24])
        default: [UInt8]()
        }
    return IPAddress(bytes: addressBytes).map { IPEndpoint(address: $0, port: port) }
}
