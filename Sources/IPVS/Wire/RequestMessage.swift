import CNlGenl
import Glibc

/// A request under construction: libnl's `nl_msg`, which this value owns.
@safe struct RequestMessage: ~Copyable {
    private let message: OpaquePointer
    /// The longest request is one of a persistent IPv6 virtual server with an engine: below 200 bytes.
    private static let capacity = 512
    /// An attribute did not fit; the message is not to be sent.
    private(set) var isOverfull = false

    /// Begins a message of a generic netlink family.
    ///
    /// - Parameters:
    ///   - family: the family's number, which is the message's type.
    ///   - command: what is asked for.
    ///   - version: the family's version.
    ///   - flags: `NLM_F_*`.
    ///   - sequence: the number that its answers will carry; not 0.
    init(family: UInt16, command: UInt8, version: UInt8, flags: Int32, sequence: UInt32) {
        guard let message = unsafe nlmsg_alloc_size(Self.capacity) else { preconditionFailure("out of memory") }
        unsafe self.message = message
        let header = unsafe genlmsg_put(message, 0, sequence, Int32(family), 0, flags, command, version)
        isOverfull = unsafe header == nil
    }

    deinit { unsafe nlmsg_free(message) }

    private mutating func note(_ result: Int32) { if result < 0 { isOverfull = true } }

    /// 8 bits.
    mutating func put(_ type: Int, _ value: UInt8) { note(unsafe nla_put_u8(message, Int32(type), value)) }
    /// 16 bits in host order.
    mutating func put(_ type: Int, _ value: UInt16) { note(unsafe nla_put_u16(message, Int32(type), value)) }
    /// 32 bits in host order.
    mutating func put(_ type: Int, _ value: UInt32) { note(unsafe nla_put_u32(message, Int32(type), value)) }
    /// Text with a zero behind it.
    mutating func put(_ type: Int, _ text: String) { note(unsafe nla_put_string(message, Int32(type), text)) }
    /// Bytes as they are.
    mutating func put(_ type: Int, bytes: [UInt8]) {
        note(unsafe nla_put(message, Int32(type), Int32(bytes.count), bytes))
    }

    /// 128 bits in the order in which they stand in memory.
    mutating func put(_ type: Int, _ value: UInt128) {
        note(unsafe withUnsafeBytes(of: value) { unsafe nla_put(message, Int32(type), 16, $0.baseAddress) })
    }

    /// Attributes within one.
    mutating func nest(_ type: Int, _ body: (inout RequestMessage) -> Void) {
        guard let start = unsafe nla_nest_start(message, Int32(type)) else {
            isOverfull = true
            return
        }
        body(&self)
        note(unsafe nla_nest_end(message, start))
    }

    /// Appends the message to what goes into one datagram, aligned for the next one.
    borrowing func append(to datagram: inout [UInt8]) {
        guard let header = unsafe nlmsg_hdr(message) else { return }
        let length = unsafe Int(header.pointee.nlmsg_len)
        unsafe datagram.append(contentsOf: UnsafeRawBufferPointer(start: header, count: length))
        if length & 3 != 0 { datagram.append(contentsOf: repeatElement(0, count: 4 - length & 3)) }
    }
}
