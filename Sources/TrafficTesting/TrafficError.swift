import Glibc
public import NetworkTypes

/// Why a probe saw no answer: the operation, the address and the kernel's reason.
public struct TrafficError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What kind of failure it was.
    public enum Code: Hashable, Sendable {
        /// The peer answered with a reset or an ICMP port unreachable (`ECONNREFUSED`).
        case refused
        /// Nothing came back within the deadline.
        case timeout
        /// No route to the address, or an ICMP unreachable other than port unreachable.
        case unreachable
        /// The peer closed the connection or reset it after it was established.
        case closed
        /// The packet is longer than the path carries in one piece (`EMSGSIZE`).
        case tooLong
        /// Any other error of the kernel.
        case system
    }

    /// What kind of failure it was.
    public let code: Code
    /// The kernel's error number, 0 where there is none.
    public let errno: Int32
    /// What was tried: `connect`.
    public let operation: String
    /// The address that it was tried with.
    public private(set) var endpoint: IPEndpoint?

    init(_ operation: String, _ endpoint: IPEndpoint?, errno: Int32) {
        self.operation = operation
        self.endpoint = endpoint
        self.errno = errno
        code =
            switch errno {
            case ECONNREFUSED: .refused
            case ETIMEDOUT, EAGAIN: .timeout
            case ENETUNREACH, EHOSTUNREACH, EACCES, EPERM: .unreachable
            case ECONNRESET, EPIPE: .closed
            case EMSGSIZE: .tooLong
            default: .system
            }
    }

    /// The same with the address of whom was asked, if it does not name one yet.
    func asking(_ target: IPEndpoint) -> TrafficError {
        var error = self
        error.endpoint = endpoint ?? target
        return error
    }

    init(closed operation: String, _ endpoint: IPEndpoint?) {
        self.operation = operation
        self.endpoint = endpoint
        errno = 0
        code = .closed
    }

    /// One line: `connect 10.96.0.1:80: Connection refused`.
    public var description: String {
        let reason = errno == 0 ? "closed by the peer" : unsafe String(cString: strerror(errno))
        return "\(operation)\(endpoint.map { " \($0)" } ?? ""): \(reason)"
    }
}
