import CLinuxShims
import Glibc
import LinuxSystem

/// A classic BPF program that the kernel runs on each datagram before it is queued (`SO_ATTACH_FILTER`).
///
/// Use it to keep a flood of notifications out of the receive buffer. It sees the first message of a datagram.
public struct SocketFilter: Hashable, Sendable {
    /// One instruction: `struct sock_filter` of linux/filter.h.
    public struct Instruction: Hashable, Sendable {
        /// What it does (`BPF_*`).
        public var code: UInt16
        /// Instructions to skip when a comparison holds.
        public var jumpIfTrue: UInt8
        /// Instructions to skip when it does not.
        public var jumpIfFalse: UInt8
        /// The operand.
        public var operand: UInt32

        /// Makes an instruction of its parts.
        public init(_ code: UInt16, jumpIfTrue: UInt8 = 0, jumpIfFalse: UInt8 = 0, operand: UInt32) {
            self.code = code
            self.jumpIfTrue = jumpIfTrue
            self.jumpIfFalse = jumpIfFalse
            self.operand = operand
        }
    }

    /// The program; the last instruction returns.
    public var instructions: [Instruction]

    /// Makes a filter of its program.
    public init(_ instructions: [Instruction]) { self.instructions = instructions }

    /// Passes only datagrams whose first message is of one of these types.
    ///
    /// - Parameter types: at most 200 of the kernel's `nlmsg_type`s.
    /// - Returns: the filter. With no types it passes nothing.
    public static func messageTypes(_ types: [UInt16]) -> SocketFilter {
        let types = types.prefix(200)
        // BPF loads are in network order, nlmsg_type (at byte 4) is in host order: so each constant is swapped instead.
        var program = [Instruction(0x28, operand: 4)]  // BPF_LD | BPF_H | BPF_ABS
        for (index, type) in types.enumerated() {
            let toAccept = UInt8(types.count - index)
            // BPF_JMP | BPF_JEQ
            program.append(Instruction(0x15, jumpIfTrue: toAccept, operand: UInt32(type.bigEndian)))
        }
        program.append(Instruction(0x06, operand: 0))  // BPF_RET: drop
        program.append(Instruction(0x06, operand: .max))  // BPF_RET: accept all of it
        return SocketFilter(program)
    }

    /// Drops datagrams whose first message answers or reports what one of these ports did (`nlmsg_pid`).
    ///
    /// - Parameter ports: at most 200 netlink ports.
    /// - Returns: the filter. With no ports it passes everything.
    public static func ports(except ports: [UInt32]) -> SocketFilter {
        let ports = ports.prefix(200)
        var program = [Instruction(0x20, operand: 12)]  // BPF_LD | BPF_W | BPF_ABS
        for (index, port) in ports.enumerated() {
            let toDrop = UInt8(ports.count - index)
            program.append(Instruction(0x15, jumpIfTrue: toDrop, operand: port.bigEndian))
        }
        program.append(Instruction(0x06, operand: .max))
        program.append(Instruction(0x06, operand: 0))
        return SocketFilter(program)
    }
}

extension NetlinkSocket {
    /// Attaches a filter in place of any before; no right is needed.
    ///
    /// Join groups after it, or notifications from before it may wait in the buffer.
    ///
    /// - Throws: `.system`: EINVAL for a program that the kernel does not accept.
    public func attach(_ filter: SocketFilter) throws(NetlinkError) {
        switch transport {
        case .function: break
        case .kernel(let descriptor): try SocketCalls.attach(descriptor, filter)
        }
    }
}

extension SocketCalls {
    static func attach(_ descriptor: borrowing FileDescriptor, _ filter: SocketFilter) throws(NetlinkError) {
        let number = descriptor.rawValue
        var program = filter.instructions.map {
            sock_filter(code: $0.code, jt: $0.jumpIfTrue, jf: $0.jumpIfFalse, k: $0.operand)
        }
        let length = UInt16(clamping: program.count)
        _ = try call("attach socket filter", "\(length) instructions") {
            unsafe program.withUnsafeMutableBufferPointer { instructions in
                var description = unsafe sock_fprog(len: length, filter: instructions.baseAddress)
                let size = unsafe socklen_t(MemoryLayout<sock_fprog>.size)
                return unsafe setsockopt(number, SOL_SOCKET, SO_ATTACH_FILTER, &description, size)
            }
        }
    }
}
