import BenchRunner
import Glibc
import LinuxSystem

/// A netlink socket as a plain C program uses it: a batch goes in one send, and one answer tells how it went.
///
/// It shares no code with what Weft writes with, so it is the floor that Weft's own time is compared with.
final class PlainBatch {
    private let descriptor: Int32

    /// Opens a socket in the calling thread's network namespace.
    init() throws {
        // NETLINK_NETFILTER is 12.
        descriptor = socket(AF_NETLINK, Int32(SOCK_RAW.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 12)
        guard descriptor >= 0 else { throw BenchError("no netfilter socket: \(Errno(rawValue: errno))") }
    }

    deinit { close(descriptor) }

    /// Sends a batch whose last operation asks for an acknowledgement, and waits for it.
    func send(_ bytes: [UInt8]) throws {
        // The kernel takes a batch as one message, which must fit the send buffer.
        var size = Int32(clamping: bytes.count + 4096)
        let length = socklen_t(MemoryLayout<Int32>.size)
        guard unsafe setsockopt(descriptor, SOL_SOCKET, SO_SNDBUFFORCE, &size, length) == 0,
            unsafe Glibc.send(descriptor, bytes, bytes.count, 0) == bytes.count
        else { throw BenchError("a batch of \(bytes.count) bytes was not sent: \(Errno(rawValue: errno))") }
        let code: Int32? = unsafe withUnsafeTemporaryAllocation(byteCount: 65_536, alignment: 8) { answer in
            let count = unsafe recv(descriptor, answer.baseAddress, answer.count, 0)
            // struct nlmsgerr behind the header begins with the negative error number.
            guard count >= 20 else { return nil }
            return unsafe answer.loadUnaligned(fromByteOffset: 16, as: Int32.self)
        }
        guard code == 0 else {
            throw BenchError("the kernel refused a batch: \(code.map { "\(Errno(rawValue: -$0))" } ?? "no answer")")
        }
    }
}
