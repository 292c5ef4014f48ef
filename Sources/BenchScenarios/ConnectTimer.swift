import BenchRunner
import Glibc
import LinuxSystem
import NetworkTypes

/// Makes TCP connections and measures connect(2) alone.
///
/// One thread is both ends: it owns the server's listening socket, which stays in the pod's namespace, and takes each
/// connection as soon as it is made. So no scheduling is in the figures, and the accept queue is never full.
final class ConnectTimer {
    /// What the connections took.
    struct Times {
        /// Each connect(2), in nanoseconds.
        var each: [Double] = []
        /// The processor time in all of them, in nanoseconds.
        var processor = 0.0
    }

    private let listener: FileDescriptor
    /// Connections end with a reset, so a port is free at once; each gets another one all the same, so that no two
    /// connections of a round are the same to connection tracking.
    private var nextPort: UInt16 = 10_000

    /// Listens in the calling thread's namespace.
    init(listeningOn port: Port) throws {
        listener = try Self.socket()
        try Self.set(listener, SOL_SOCKET, SO_REUSEADDR, Int32(1))
        let descriptor = listener.rawValue
        var address = Self.address(.any, port)
        _ = try SystemCall.run("bind", "\(port)") { unsafe Self.with(&address) { unsafe bind(descriptor, $0, $1) } }
        _ = try SystemCall.run("listen on", "\(port)") { listen(descriptor, 16) }
        try Self.set(listener, SOL_SOCKET, SO_RCVTIMEO, timeval(tv_sec: 2, tv_usec: 0))
    }

    /// Connects so many times from the calling thread's namespace.
    func connect(to endpoint: IPEndpoint, times count: Int) throws -> Times {
        var times = Times()
        times.each.reserveCapacity(count)
        for _ in 0..<count { try connectOnce(to: endpoint, &times) }
        return times
    }

    private func connectOnce(to endpoint: IPEndpoint, _ times: inout Times) throws {
        guard case .v4(let target) = endpoint.address else { return }
        let client = try Self.socket()
        // A reset instead of a FIN: no side waits in TIME_WAIT.
        try Self.set(client, SOL_SOCKET, SO_LINGER, linger(l_onoff: 1, l_linger: 0))
        try Self.set(client, SOL_SOCKET, SO_SNDTIMEO, timeval(tv_sec: 2, tv_usec: 0))
        try Self.set(client, SOL_SOCKET, SO_REUSEADDR, Int32(1))
        var own = Self.address(.any, Port(rawValue: nextPort))
        nextPort = nextPort == 60_000 ? 10_000 : nextPort + 1
        _ = try SystemCall.run("bind", "client") { unsafe Self.with(&own) { unsafe bind(client.rawValue, $0, $1) } }
        var address = Self.address(target, endpoint.port)
        let processor = BenchClock.processorTime
        let start = MonotonicTime.now.nanoseconds
        let result = unsafe Self.with(&address) { unsafe Glibc.connect(client.rawValue, $0, $1) }
        let end = MonotonicTime.now.nanoseconds
        let errno = Errno.current
        times.processor += Double(BenchClock.processorTime - processor)
        guard result == 0 else { throw Self.failure(errno, endpoint) }
        times.each.append(Double(end - start))
        _ = FileDescriptor(
            owning: try SystemCall.run("accept connection to", "\(endpoint)") {
                accept(listener.rawValue, nil, nil)
            }
        )
    }

    /// SO_SNDTIMEO ends a connect(2) with EINPROGRESS.
    private static func failure(_ errno: Errno, _ endpoint: IPEndpoint) -> LinuxSystemError {
        let isTimeout = errno.rawValue == EINPROGRESS
        return LinuxSystemError(
            isTimeout ? Errno(rawValue: ETIMEDOUT) : errno,
            "connect to",
            "\(endpoint)",
            detail: "the rules of this mode do not lead there"
        )
    }

    private static func socket() throws -> FileDescriptor {
        let type = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        return FileDescriptor(owning: try SystemCall.run("open", "socket") { Glibc.socket(AF_INET, type, 0) })
    }

    private static func set<Value: BitwiseCopyable>(
        _ socket: borrowing FileDescriptor,
        _ level: Int32,
        _ option: Int32,
        _ value: Value
    ) throws {
        let descriptor = socket.rawValue
        _ = try SystemCall.run("set option \(option) of", "socket") {
            unsafe withUnsafePointer(to: value) { pointer in
                unsafe setsockopt(descriptor, level, option, pointer, socklen_t(MemoryLayout<Value>.size))
            }
        }
    }

    private static func address(_ address: IPv4Address, _ port: Port) -> sockaddr_in {
        var form = sockaddr_in()
        form.sin_family = sa_family_t(AF_INET)
        form.sin_port = port.rawValue.bigEndian
        form.sin_addr.s_addr = address.rawValue.bigEndian
        return form
    }

    @unsafe private static func with(
        _ form: inout sockaddr_in,
        _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32
    ) -> Int32 {
        unsafe withUnsafePointer(to: &form) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                unsafe body(address, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
    }
}
