import CNlGenl
import Glibc
import LinuxSystem

/// One message of an answer.
///
/// It points into the datagram: it lives only while that is being read.
@safe struct Reply: ~Copyable {
    private let header: UnsafeMutablePointer<nlmsghdr>

    private init(_ header: UnsafeMutablePointer<nlmsghdr>) { unsafe self.header = unsafe header }

    /// What kind of message it is.
    enum Kind {
        /// An object.
        case data
        /// The answer to a request that went well, or with an error.
        case acknowledgement(Errno?, text: String)
        /// The end of a dump, maybe with an error.
        case done(Errno?)
        /// Nothing.
        case noOperation
        /// The kernel says that it lost messages.
        case overrun
    }

    /// The number of the request that it answers.
    var sequence: UInt32 { unsafe header.pointee.nlmsg_seq }

    /// Its kind.
    ///
    /// - Throws: `.malformed` for a message that is too short for its kind.
    func kind() throws(IPVSError) -> Kind {
        switch unsafe Int32(header.pointee.nlmsg_type) {
        case NLMSG_NOOP: return .noOperation
        case NLMSG_OVERRUN: return .overrun
        case NLMSG_DONE: return .done(try errorNumber(missing: 0))
        case NLMSG_ERROR: return .acknowledgement(try errorNumber(missing: nil), text: kernelText)
        default: return .data
        }
    }

    /// The error number at the payload's start.
    private func errorNumber(missing: Int32?) throws(IPVSError) -> Errno? {
        guard unsafe nlmsg_datalen(header) >= 4, let data = unsafe nlmsg_data(header) else {
            guard missing == 0 else { throw IPVSError(.malformed, text: "the kernel's error has no number") }
            return nil
        }
        let number = unsafe data.loadUnaligned(as: Int32.self)
        return number == 0 ? nil : Errno(rawValue: number == .min ? .max : -number)
    }

    /// The kernel's words of the extended acknowledgement; empty without any.
    private var kernelText: String {
        // With NETLINK_CAP_ACK the attributes follow struct nlmsgerr.
        let wanted = UInt16(NLM_F_ACK_TLVS) | UInt16(NLM_F_CAPPED)
        let size = Int32(MemoryLayout<nlmsgerr>.size)
        guard unsafe header.pointee.nlmsg_flags & wanted == wanted, unsafe nlmsg_datalen(header) >= size,
            let attribute = unsafe nlmsg_find_attr(header, size, Int32(NLMSGERR_ATTR_MSG.rawValue)),
            let data = unsafe nla_data(attribute)
        else { return "" }
        let bytes = unsafe UnsafeRawBufferPointer(start: data, count: Int(nla_len(attribute)))
        return unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
    }

    /// The attributes behind the generic netlink header.
    ///
    /// - Throws: `.malformed`.
    func attributes(_ policy: AttributePolicy) throws(IPVSError) -> AttributeTable {
        guard unsafe genlmsg_valid_hdr(header, 0) != 0, let generic = unsafe genlmsg_hdr(header) else {
            throw IPVSError(.malformed, text: "the answer is too short for a generic netlink header")
        }
        return try unsafe .parse(genlmsg_attrdata(generic, 0), length: genlmsg_attrlen(generic, 0), policy)
    }

    /// Calls a closure with each message of a datagram.
    ///
    /// - Throws: `.malformed` for bytes that are no message; what the closure throws.
    @unsafe static func forEach(
        in datagram: UnsafeRawBufferPointer,
        _ body: (borrowing Reply) throws(IPVSError) -> Void
    ) throws(IPVSError) {
        guard let start = datagram.baseAddress else { return }
        var rest = Int32(clamping: datagram.count)
        // libnl's functions are not const-correct; nothing is written.
        let bytes = unsafe UnsafeMutableRawPointer(mutating: start)
        var header: UnsafeMutablePointer<nlmsghdr>? = unsafe bytes.assumingMemoryBound(to: nlmsghdr.self)
        while let current = unsafe header, unsafe nlmsg_ok(current, rest) != 0 {
            try body(unsafe Reply(current))
            unsafe header = nlmsg_next(current, &rest)
        }
        if rest > 0 { throw IPVSError(.malformed, text: "the last \(rest) bytes of the answer are no message") }
    }
}
