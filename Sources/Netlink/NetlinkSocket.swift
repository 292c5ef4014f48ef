public import LinuxSystem

/// A netlink socket: exchanges with the kernel, one at a time, in the network namespace in which it was opened.
///
/// The kernel chooses the port id, so any number of sockets may live in a process. Requests carry extended ACK. Calls
/// are synchronous and short; none may be made on two threads at once, which the value's single owner sees to.
public struct NetlinkSocket: ~Copyable, Sendable {
    let transport: Transport
    /// The subsystem that it talks to.
    public let netlinkProtocol: NetlinkProtocol
    /// The sequence number of the next request; give it to ``MessageBuilder/init(firstSequence:capacity:)``.
    public internal(set) var nextSequence: UInt32 = 1
    /// How long to wait for an answer before `.timeout`.
    ///
    /// The kernel works while it is sent to, so answers are there at once; only a dump's later parts are made while
    /// one waits.
    public var timeout: Duration = .seconds(10)
    /// How often a dump is tried that meets changes (`NLM_F_DUMP_INTR`), before `.interrupted`.
    public var dumpTries = 10
    var receiveBuffer: [UInt8]

    init(transport: consuming Transport, netlinkProtocol: NetlinkProtocol) {
        self.transport = transport
        self.netlinkProtocol = netlinkProtocol
        // The kernel makes dumps of at most 32 KiB at a time (netlink_dump); one object may be somewhat more.
        // Not filled: what is read of it has been received, and pages that nothing is received into cost nothing.
        receiveBuffer = unsafe [UInt8](unsafeUninitializedCapacity: 65_536) { _, count in count = 65_536 }
    }

    /// Opens a socket in the calling thread's network namespace.
    ///
    /// Sets `NETLINK_EXT_ACK` and `NETLINK_CAP_ACK`, and for the route family `NETLINK_GET_STRICT_CHK`, so that dump
    /// filters are applied or refused, never ignored.
    ///
    /// - Throws: `.system` with the failed call, such as EPROTONOSUPPORT where the kernel lacks the subsystem.
    public static func open(_ netlinkProtocol: NetlinkProtocol) throws(NetlinkError) -> NetlinkSocket {
        let socket = NetlinkSocket(
            transport: .kernel(try SocketCalls.open(netlinkProtocol)),
            netlinkProtocol: netlinkProtocol
        )
        try socket.setOption(.extendedAcknowledgement, 1)
        try socket.setOption(.cappedAcknowledgement, 1)
        if netlinkProtocol == .route { try socket.setOption(.strictChecking, 1) }
        return socket
    }

    /// Opens a socket in another network namespace, through a thread that enters it.
    ///
    /// - Throws: `.system`; also when the namespace can't be entered.
    public static func open(
        _ netlinkProtocol: NetlinkProtocol,
        in namespace: NetworkNamespace
    ) throws(NetlinkError) -> NetlinkSocket {
        let descriptor: Int32
        do {
            descriptor = try withNetworkNamespace(namespace) { try open(netlinkProtocol).releaseDescriptor() }
        } catch let error as NetlinkError {
            throw error
        } catch let error as LinuxSystemError {
            throw NetlinkError(.system, errno: error.errno, operation: error.operation, object: error.object)
        } catch {
            throw NetlinkError(.system, operation: "enter namespace", object: namespace.name, text: "\(error)")
        }
        return NetlinkSocket(transport: .kernel(FileDescriptor(owning: descriptor)), netlinkProtocol: netlinkProtocol)
    }

    /// Makes a socket whose other end is a function instead of the kernel: the seam for tests.
    ///
    /// - Parameter exchange: gets each buffer that is sent; the messages that it returns can be received next. Their
    ///   sequence numbers must be those of the requests, as the kernel's are.
    /// - Returns: the socket.
    public static func connected(
        to exchange: @escaping @Sendable ([UInt8]) throws -> [NetlinkMessage]
    ) -> NetlinkSocket {
        NetlinkSocket(
            transport: .function(FunctionPeer(exchange)),
            netlinkProtocol: NetlinkProtocol(rawValue: -1)
        )
    }

    private consuming func releaseDescriptor() -> Int32 {
        switch consume transport {
        case .kernel(let descriptor): descriptor.release()
        case .function: -1
        }
    }
}
