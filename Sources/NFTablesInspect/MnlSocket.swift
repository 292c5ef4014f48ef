import CMnl
import CNftnl
import Glibc
import LinuxSystem

/// An owned libmnl socket for nf_tables; closed exactly once, when the value's lifetime ends.
@safe struct MnlSocket: ~Copyable {
    private let handle: OpaquePointer
    /// What is received; the kernel sends at most 32 KiB at once.
    private let buffer: UnsafeMutableRawBufferPointer
    /// How often a dump is tried that meets changes.
    private static let tries = 20

    init() throws(InspectError) {
        guard let handle = unsafe mnl_socket_open2(Int32(NETLINK_NETFILTER), Int32(SOCK_CLOEXEC.rawValue)) else {
            throw InspectError("open netfilter socket")
        }
        // 0: the kernel picks the port id.
        guard unsafe mnl_socket_bind(handle, 0, 0) == 0 else {
            let error = InspectError("bind netfilter socket")
            _ = unsafe mnl_socket_close(handle)
            throw error
        }
        unsafe self.handle = handle
        unsafe buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 17, alignment: 8)
    }

    deinit {
        _ = unsafe mnl_socket_close(handle)
        unsafe buffer.deallocate()
    }

    /// Everything that one dump request answers, each message through `parse`; nil results are left out.
    func dump<Object>(
        _ operation: String,
        _ type: nf_tables_msg_types,
        family: UInt8,
        addPayload: (UnsafeMutablePointer<nlmsghdr>) -> Void = { _ in },
        _ parse: (UnsafePointer<nlmsghdr>) -> Object?
    ) throws(InspectError) -> [Object] {
        for _ in 0..<Self.tries {
            try unsafe send(operation, type, family: family, addPayload: addPayload)
            if let objects = try unsafe receive(operation, parse) { return objects }
        }
        throw InspectError(operation, .interrupted)
    }

    private func send(
        _ operation: String,
        _ type: nf_tables_msg_types,
        family: UInt8,
        addPayload: (UnsafeMutablePointer<nlmsghdr>) -> Void
    ) throws(InspectError) {
        let sent = unsafe withUnsafeTemporaryAllocation(byteCount: 4096, alignment: 4) { buffer -> Int in
            guard let base = buffer.baseAddress,
                let header = unsafe nftnl_nlmsg_build_hdr(
                    base.assumingMemoryBound(to: CChar.self),
                    UInt16(type.rawValue),
                    UInt16(family),
                    UInt16(NLM_F_DUMP),
                    1
                )
            else { return -1 }
            unsafe addPayload(header)
            return unsafe mnl_socket_sendto(handle, header, Int(header.pointee.nlmsg_len))
        }
        if sent < 0 { throw InspectError(operation) }
    }

    /// Nil when the dump was interrupted by a change.
    private func receive<Object>(
        _ operation: String,
        _ parse: (UnsafePointer<nlmsghdr>) -> Object?
    ) throws(InspectError) -> [Object]? {
        var objects: [Object] = []
        var isInterrupted = false
        while true {
            guard let start = unsafe buffer.baseAddress else { throw InspectError(operation, .outOfMemory) }
            let count = unsafe mnl_socket_recvfrom(handle, start, buffer.count)
            if count < 0 && errno == EINTR { continue }
            if count < 0 { throw InspectError(operation) }
            let end = unsafe Self.messages(in: UnsafeRawBufferPointer(buffer), count: count) { message in
                isInterrupted = unsafe isInterrupted || message.pointee.nlmsg_flags & UInt16(NLM_F_DUMP_INTR) != 0
                if let object = unsafe parse(message) { objects.append(object) }
            }
            switch end {
            case .more: continue
            case .done: return isInterrupted ? nil : objects
            // The kernel's own way to say that the ruleset changed between two parts of a dump.
            case .failed(.interrupted): return nil
            case .failed(let errno): throw InspectError(operation, errno)
            }
        }
    }

    private enum End { case more, done, failed(Errno) }

    private static func messages(
        in bytes: UnsafeRawBufferPointer,
        count: Int,
        _ body: (UnsafePointer<nlmsghdr>) -> Void
    ) -> End {
        var rest = Int32(count)
        guard var message = unsafe bytes.baseAddress?.assumingMemoryBound(to: nlmsghdr.self) else { return .done }
        while unsafe mnl_nlmsg_ok(message, rest) {
            switch unsafe Int32(message.pointee.nlmsg_type) {
            case Int32(NLMSG_DONE): return .done
            case Int32(NLMSG_ERROR):
                let code = unsafe mnl_nlmsg_get_payload(message).loadUnaligned(as: Int32.self)
                return code == 0 ? .done : .failed(Errno(rawValue: -code))
            default: unsafe body(message)
            }
            guard let next = unsafe mnl_nlmsg_next(message, &rest) else { return .done }
            unsafe message = UnsafePointer(next)
        }
        return .more
    }
}
