import BenchRunner
import Glibc
import LinuxSystem

/// Netlink sockets as a plain C program uses them: a datagram goes in one send, and the answers that it asks for are
/// awaited.
///
/// It shares no code with what Weft writes with, so it is the floor that Weft's own time is compared with.
final class PlainBatch {
    private var descriptors: [PlainDatagram.Subsystem: Int32] = [:]

    /// Opens sockets in the calling thread's network namespace.
    init() throws {
        for subsystem in PlainDatagram.Subsystem.allCases {
            let type = Int32(SOCK_RAW.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
            let descriptor = socket(AF_NETLINK, type, subsystem.rawValue)
            guard descriptor >= 0 else {
                throw BenchError("no netlink socket for \(subsystem): \(Errno(rawValue: errno))")
            }
            descriptors[subsystem] = descriptor
            // Every answer that waits takes up to 1 KiB; one that never comes is not waited for.
            var size: Int32 = 8 << 20
            var patience = timeval(tv_sec: 30, tv_usec: 0)
            guard
                unsafe setsockopt(descriptor, SOL_SOCKET, SO_RCVBUFFORCE, &size, socklen_t(MemoryLayout<Int32>.size))
                    == 0,
                unsafe setsockopt(
                    descriptor,
                    SOL_SOCKET,
                    SO_RCVTIMEO,
                    &patience,
                    socklen_t(MemoryLayout<timeval>.size)
                ) == 0
            else { throw BenchError("no options of a netlink socket for \(subsystem): \(Errno(rawValue: errno))") }
        }
    }

    deinit { for descriptor in descriptors.values { close(descriptor) } }

    /// Sends a datagram, and waits for all answers that it asks for.
    ///
    /// - Throws: what the kernel refused first.
    func send(_ datagram: PlainDatagram) throws {
        guard let descriptor = descriptors[datagram.subsystem] else { return }
        // The kernel takes a datagram as one message, which must fit the send buffer.
        let count = datagram.bytes.count
        var size = Int32(clamping: count + 4096)
        let length = socklen_t(MemoryLayout<Int32>.size)
        guard unsafe setsockopt(descriptor, SOL_SOCKET, SO_SNDBUFFORCE, &size, length) == 0,
            unsafe Glibc.send(descriptor, datagram.bytes, count, 0) == count
        else { throw BenchError("a datagram of \(count) bytes was not sent: \(Errno(rawValue: errno))") }
        let refusal = unsafe withUnsafeTemporaryAllocation(byteCount: 65_536, alignment: 8) { buffer in
            unsafe Self.refusal(descriptor, datagram.answerCount, buffer)
        }
        guard let refusal else { return }
        guard let sequence = refusal.sequence else {
            throw BenchError("the kernel did not answer a datagram of \(count) bytes: \(refusal.error)")
        }
        let place = Int(sequence &- datagram.firstSequence)
        throw BenchError("the kernel refused a plain batch: \(datagram.name(place)): \(refusal.error)")
    }

    /// Awaits so many answers; the first that is not good, or without a number why none came.
    private static func refusal(
        _ descriptor: Int32,
        _ answerCount: Int,
        _ buffer: UnsafeMutableRawBufferPointer
    ) -> (sequence: UInt32?, error: Errno)? {
        var missing = answerCount
        while missing > 0 {
            let count = unsafe recv(descriptor, buffer.baseAddress, buffer.count, 0)
            guard count > 0 else { return (nil, Errno(rawValue: errno)) }
            var start = 0
            // struct nlmsgerr behind a header of type NLMSG_ERROR begins with the negative error number.
            while start + 20 <= count {
                let length = unsafe Int(buffer.load(fromByteOffset: start, as: UInt32.self))
                if unsafe buffer.load(fromByteOffset: start + 4, as: UInt16.self) == 2 {
                    let code = unsafe buffer.load(fromByteOffset: start + 16, as: Int32.self)
                    let sequence = unsafe buffer.load(fromByteOffset: start + 8, as: UInt32.self)
                    guard code == 0 else { return (sequence, Errno(rawValue: -code)) }
                    missing -= 1
                }
                start += max((length + 3) & ~3, 16)
            }
        }
        return nil
    }
}
