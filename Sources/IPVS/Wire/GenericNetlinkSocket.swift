import CNlGenl
import Glibc
import LinuxSystem

/// An owned libnl socket for generic netlink; closed exactly once, when the value's lifetime ends.
///
/// It is Sendable because nothing but its single owner uses libnl's socket, which has no ties to a thread.
@safe struct GenericNetlinkSocket: ~Copyable, @unchecked Sendable {
    private let socket: OpaquePointer
    /// The kernel makes dumps of at most 32 KiB at a time (netlink_dump).
    private static let receiveSize = 65_536
    /// Room for the answers to ``RequestBatch/limit`` refused requests, each of which takes up to 1 KiB.
    private static let receiveBuffer: Int32 = 256 << 10

    private init(owning socket: OpaquePointer) { unsafe self.socket = unsafe socket }

    deinit { unsafe nl_socket_free(socket) }

    /// Opens a socket in the calling thread's network namespace.
    ///
    /// - Throws: `.system`.
    static func open() throws(IPVSError) -> GenericNetlinkSocket {
        try unsafe GenericNetlinkSocket(owning: connect())
    }

    /// Opens a socket in another network namespace, through a thread that enters it.
    ///
    /// - Throws: `.system`.
    static func open(in namespace: NetworkNamespace) throws(IPVSError) -> GenericNetlinkSocket {
        do {
            return try unsafe GenericNetlinkSocket(owning: withNetworkNamespace(namespace) { try unsafe connect() })
        } catch let error as IPVSError {
            throw error
        } catch let error as LinuxSystemError {
            throw IPVSError(.system, errno: error.errno, operation: error.operation, object: error.object)
        } catch {
            throw IPVSError(.system, operation: "enter network namespace", object: namespace.name, text: "\(error)")
        }
    }

    private static func connect() throws(IPVSError) -> OpaquePointer {
        guard let socket = unsafe nl_socket_alloc() else { preconditionFailure("out of memory") }
        do throws(IPVSError) {
            try check("open generic netlink socket", unsafe genl_connect(socket))
            try check("make netlink socket non-blocking", unsafe nl_socket_set_nonblocking(socket))
            unsafe nl_socket_disable_msg_peek(socket)
            try check("set size of netlink buffer", unsafe nl_socket_set_msg_buf_size(socket, receiveSize))
            let number = unsafe nl_socket_get_fd(socket)
            try setOptions(number)
        } catch {
            unsafe nl_socket_free(socket)
            throw error
        }
        return unsafe socket
    }

    private static func setOptions(_ number: Int32) throws(IPVSError) {
        // From linux/netlink.h: answers hold the request's header only, and the kernel's words.
        for option: Int32 in [NETLINK_CAP_ACK, NETLINK_EXT_ACK] {
            try setOption(number, SOL_NETLINK, option, 1)
        }
        do throws(IPVSError) {
            try setOption(number, SOL_SOCKET, SO_RCVBUFFORCE, receiveBuffer)
        } catch {
            guard error.errno == .notPermitted else { throw error }
            try setOption(number, SOL_SOCKET, SO_RCVBUF, receiveBuffer)
        }
    }

    private static func setOption(_ number: Int32, _ level: Int32, _ option: Int32, _ value: Int32) throws(IPVSError) {
        var value = value
        guard unsafe setsockopt(number, level, option, &value, socklen_t(MemoryLayout<Int32>.size)) == 0 else {
            throw IPVSError(.system, errno: .current, operation: "set option \(option) of the netlink socket")
        }
    }

    /// libnl's errors are coarser than the kernel's, whose number stands in `errno` after a call to the system.
    private static func check(_ operation: String, _ result: Int32) throws(IPVSError) {
        guard result < 0 else { return }
        let number = Errno.current
        let words = unsafe nl_geterror(-result).map { unsafe String(cString: $0) } ?? ""
        throw IPVSError(.system, errno: number.rawValue == 0 ? nil : number, operation: operation, text: words)
    }
}

extension GenericNetlinkSocket {
    /// Sends messages in one datagram.
    ///
    /// - Throws: `.system`.
    func send(_ bytes: [UInt8]) throws(IPVSError) {
        var bytes = bytes
        errno = 0
        try Self.check("send \(bytes.count) bytes to the kernel", unsafe nl_sendto(socket, &bytes, bytes.count))
    }

    /// Receives one datagram and calls a closure with it.
    ///
    /// - Returns: false when none came until the deadline.
    /// - Throws: `.answersLost`, `.system`; what the closure throws.
    func receive(
        until deadline: Deadline,
        _ body: (UnsafeRawBufferPointer) throws(IPVSError) -> Void
    ) throws(IPVSError) -> Bool {
        while true {
            var sender = sockaddr_nl()
            var buffer: UnsafeMutablePointer<UInt8>?
            errno = 0
            let count = unsafe nl_recv(socket, &sender, &buffer, nil)
            let number = Errno.current
            defer { unsafe free(buffer) }
            if count > 0 {
                // Only the kernel's port is 0; other processes of the host may send to ours.
                guard sender.nl_pid == 0 else { continue }
                try unsafe body(UnsafeRawBufferPointer(start: buffer, count: Int(count)))
                return true
            }
            if count < 0 && number != .tryAgain { throw Self.failure(number, libnl: -count) }
            guard !deadline.hasPassed else { return false }
            var waiting = pollfd(fd: unsafe nl_socket_get_fd(socket), events: Int16(POLLIN), revents: 0)
            _ = unsafe poll(&waiting, 1, deadline.pollMilliseconds)
        }
    }

    private static func failure(_ number: Errno, libnl: Int32) -> IPVSError {
        if number == .noBufferSpace {
            return IPVSError(
                .answersLost,
                errno: number,
                operation: "receive from the kernel",
                text: "the receive buffer ran over and answers are lost"
            )
        }
        let words = unsafe nl_geterror(libnl).map { unsafe String(cString: $0) } ?? ""
        return IPVSError(
            .system,
            errno: number.rawValue == 0 ? nil : number,
            operation: "receive from the kernel",
            text: words
        )
    }
}
