import CLinuxShims
import Glibc
import LinuxSystem

/// Options of a netlink socket: `SOL_NETLINK` of linux/netlink.h.
struct NetlinkOption: Hashable, Sendable {
    let rawValue: Int32
    let name: String

    static var addMembership: NetlinkOption { NetlinkOption(rawValue: 1, name: "NETLINK_ADD_MEMBERSHIP") }
    static var dropMembership: NetlinkOption { NetlinkOption(rawValue: 2, name: "NETLINK_DROP_MEMBERSHIP") }
    static var cappedAcknowledgement: NetlinkOption { NetlinkOption(rawValue: 10, name: "NETLINK_CAP_ACK") }
    static var extendedAcknowledgement: NetlinkOption { NetlinkOption(rawValue: 11, name: "NETLINK_EXT_ACK") }
    static var strictChecking: NetlinkOption { NetlinkOption(rawValue: 12, name: "NETLINK_GET_STRICT_CHK") }
}

/// The system calls of a netlink socket, with their errors named.
enum SocketCalls {
    static func call<Result: SignedInteger>(
        _ operation: String,
        _ object: @autoclosure () -> String = "",
        _ body: () -> Result
    ) throws(NetlinkError) -> Result {
        do throws(Errno) {
            return try SystemCall.run(body)
        } catch {
            throw NetlinkError(.system, errno: error, operation: operation, object: object())
        }
    }

    /// A bound socket: the kernel picks the port id.
    static func open(_ netlinkProtocol: NetlinkProtocol) throws(NetlinkError) -> FileDescriptor {
        let type = Int32(SOCK_RAW.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        let number = try call("open netlink socket", netlinkProtocol.description) {
            socket(AF_NETLINK, type, netlinkProtocol.rawValue)
        }
        let descriptor = FileDescriptor(owning: number)
        var address = sockaddr_nl()
        address.nl_family = sa_family_t(AF_NETLINK)
        _ = try call("bind netlink socket", netlinkProtocol.description) {
            unsafe withUnsafePointer(to: &address) { pointer in
                unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                    unsafe bind(number, pointer, socklen_t(MemoryLayout<sockaddr_nl>.size))
                }
            }
        }
        return descriptor
    }

    static func setOption(
        _ descriptor: borrowing FileDescriptor,
        level: Int32,
        _ option: Int32,
        _ value: Int32,
        name: String
    ) throws(NetlinkError) {
        let number = descriptor.rawValue
        var value = value
        _ = try call("set socket option", name) {
            unsafe setsockopt(number, level, option, &value, socklen_t(MemoryLayout<Int32>.size))
        }
    }

    /// SO_SNDBUF's or SO_RCVBUF's value as the kernel keeps it: twice what was asked for.
    static func bufferSize(_ descriptor: borrowing FileDescriptor, _ option: Int32) throws(NetlinkError) -> Int {
        let number = descriptor.rawValue
        var value: Int32 = 0
        var length = socklen_t(MemoryLayout<Int32>.size)
        _ = try call("get socket option", "buffer size") {
            unsafe getsockopt(number, SOL_SOCKET, option, &value, &length)
        }
        return Int(value)
    }

    /// Makes a buffer at least that large, past the system's limit where the process may; returns its size.
    static func growBuffer(
        _ descriptor: borrowing FileDescriptor,
        to byteCount: Int,
        forced: Int32,
        plain: Int32
    ) throws(NetlinkError) -> Int {
        let size = try bufferSize(descriptor, plain)
        guard size < byteCount else { return size }
        // The kernel doubles the value and keeps it in an int.
        let value = Int32(clamping: min(byteCount / 2 + 1, Int(Int32.max / 2)))
        do throws(NetlinkError) {
            try setOption(descriptor, level: SOL_SOCKET, forced, value, name: "SO_*BUFFORCE")
        } catch {
            guard error.errno == .notPermitted else { throw error }
            try setOption(descriptor, level: SOL_SOCKET, plain, value, name: "SO_*BUF")
        }
        return try bufferSize(descriptor, plain)
    }

    /// Sends to the kernel, which is where a netlink socket that was never connected sends.
    static func send(_ descriptor: borrowing FileDescriptor, _ bytes: [UInt8]) throws(NetlinkError) {
        let number = descriptor.rawValue
        _ = try call("send netlink message", "\(bytes.count) bytes") {
            unsafe bytes.withUnsafeBytes { unsafe Glibc.send(number, $0.baseAddress, $0.count, 0) }
        }
    }

    /// Receives what waits; nil if nothing does.
    ///
    /// - Throws: `.overrun` (ENOBUFS), `.system`.
    static func receive(
        _ descriptor: borrowing FileDescriptor,
        into buffer: inout [UInt8]
    ) throws(NetlinkError) -> Datagram? {
        let number = descriptor.rawValue
        var sender = sockaddr_nl()
        let flags = Int32(MSG_DONTWAIT) | Int32(MSG_TRUNC)
        let length: Int
        do throws(Errno) {
            length = try SystemCall.run {
                receiveOnce(number, into: &buffer, flags: flags, sender: &sender)
            }
        } catch {
            if error == .tryAgain { return nil }
            let isOverrun = error == .noBufferSpace
            throw NetlinkError(
                isOverrun ? .overrun : .system,
                errno: error,
                operation: "receive netlink message",
                text: isOverrun ? "the receive buffer ran over and messages are lost" : ""
            )
        }
        return Datagram(bytes: Array(buffer.prefix(length)), sender: sender.nl_pid, fullLength: length)
    }

    private static func receiveOnce(
        _ number: Int32,
        into buffer: inout [UInt8],
        flags: Int32,
        sender: inout sockaddr_nl
    ) -> Int {
        var addressLength = socklen_t(MemoryLayout<sockaddr_nl>.size)
        return unsafe withUnsafeMutablePointer(to: &sender) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                unsafe buffer.withUnsafeMutableBytes { bytes in
                    unsafe recvfrom(number, bytes.baseAddress, bytes.count, flags, address, &addressLength)
                }
            }
        }
    }
}
