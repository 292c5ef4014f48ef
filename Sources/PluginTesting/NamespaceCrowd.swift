import Glibc
import LinuxSystem

/// Keeps many namespaces alive without an open file for each.
///
/// Whoever starts a process pays for each of its open files, when the child closes its copies in execve. A container
/// runtime has few, so the bench may not have thousands either. A file that was sent over a socket and never received is
/// in nobody's table (unix(7), SCM_RIGHTS).
struct NamespaceCrowd: ~Copyable {
    /// As many files as one message takes: SCM_MAX_FD.
    private static let most = 253

    private let sender: FileDescriptor
    private let receiver: FileDescriptor
    private var open: [NetworkNamespace] = []

    init() throws {
        var ends: [Int32] = [-1, -1]
        let type = Int32(SOCK_SEQPACKET.rawValue) | Int32(bitPattern: SOCK_CLOEXEC.rawValue)
        _ = try SystemCall.run("make a pair of sockets", "") { unsafe socketpair(AF_UNIX, type, 0, &ends) }
        sender = FileDescriptor(owning: ends[0])
        receiver = FileDescriptor(owning: ends[1])
    }

    /// Adds one; its file is closed at the latest by `close()`.
    mutating func append(_ namespace: NetworkNamespace) throws {
        open.append(namespace)
        if open.count == Self.most { try close() }
    }

    /// Closes all files; the namespaces stay as long as this value.
    mutating func close() throws {
        if open.isEmpty { return }
        try withExtendedLifetime(open) { try send(open.map(\.fileDescriptor)) }
        open = []
    }

    /// Sends files with a message of one byte.
    private func send(_ files: [Int32]) throws {
        // struct cmsghdr, then the numbers; rounded up to its alignment.
        let length = MemoryLayout<cmsghdr>.size + files.count * MemoryLayout<Int32>.size
        var header = cmsghdr()
        header.cmsg_len = length
        header.cmsg_level = SOL_SOCKET
        header.cmsg_type = Int32(SCM_RIGHTS)
        var control = unsafe withUnsafeBytes(of: header) { unsafe Array($0) }
        for file in files { unsafe withUnsafeBytes(of: file) { unsafe control.append(contentsOf: $0) } }
        control += [UInt8](repeating: 0, count: -length & 7)
        var byte: UInt8 = 0
        _ = try SystemCall.run("send namespaces", "\(files.count)") {
            unsafe withUnsafeMutablePointer(to: &byte) { byte in
                unsafe control.withUnsafeMutableBytes { control in
                    var part = unsafe iovec(iov_base: byte, iov_len: 1)
                    return unsafe withUnsafeMutablePointer(to: &part) { part in
                        var message = unsafe msghdr()
                        unsafe message.msg_iov = part
                        unsafe message.msg_iovlen = 1
                        unsafe message.msg_control = control.baseAddress
                        unsafe message.msg_controllen = control.count
                        return unsafe sendmsg(sender.rawValue, &message, 0)
                    }
                }
            }
        }
    }
}
