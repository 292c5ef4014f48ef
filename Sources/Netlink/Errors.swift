public import LinuxSystem

/// What went wrong in talking netlink, on what, and in the kernel's own words where it gave some.
public struct NetlinkError: Error, Hashable, Sendable {
    /// The kind of failure.
    public struct Code: Hashable, Sendable, CustomStringConvertible {
        enum Kind: String {
            case kernel, overrun, timeout, truncated, interrupted, malformed, tooLarge, system
        }

        let kind: Kind

        /// The kernel refused the request; ``NetlinkError/errno`` says why.
        public static var kernel: Code { Code(kind: .kernel) }
        /// ENOBUFS: the receive buffer ran over and messages are lost; what was learned from them is stale.
        public static var overrun: Code { Code(kind: .overrun) }
        /// No answer within the deadline; the socket may still get a late one, so it is better opened anew.
        public static var timeout: Code { Code(kind: .timeout) }
        /// A datagram was larger than the receive buffer (`MSG_TRUNC`).
        public static var truncated: Code { Code(kind: .truncated) }
        /// A dump met changes in the table (`NLM_F_DUMP_INTR`) in every one of its tries.
        public static var interrupted: Code { Code(kind: .interrupted) }
        /// Bytes that are not a message, or not the expected one.
        public static var malformed: Code { Code(kind: .malformed) }
        /// A request that does not fit: an attribute over 65,535 bytes, or a batch over the socket's send buffer.
        public static var tooLarge: Code { Code(kind: .tooLarge) }
        /// A system call on the socket itself failed; ``NetlinkError/errno`` says why.
        public static var system: Code { Code(kind: .system) }

        /// The code's name.
        public var description: String { kind.rawValue }
    }

    /// The kind of failure.
    public var code: Code
    /// The kernel's error number, where it gave one.
    public var errno: Errno?
    /// What was tried, as a verb phrase: "add route".
    public var operation: String
    /// On what, as "10.244.1.0/24 via 192.168.0.2"; may be empty.
    public var object: String
    /// What is wrong in plain words: the kernel's extended-ACK text (`NLMSGERR_ATTR_MSG`) for ``Code/kernel``.
    public var text: String
    /// Where in the request the kernel saw the fault (`NLMSGERR_ATTR_OFFS`), in bytes from the message's header.
    public var attributeOffset: Int?
    /// Which attribute the kernel blamed: the one at ``attributeOffset``, or the missing one (`NLMSGERR_ATTR_MISS_TYPE`).
    public var attributeType: UInt16?
    /// The sequence number of the request, to find its operation in a batch.
    public var sequence: UInt32?

    /// Makes an error of its parts.
    public init(
        _ code: Code,
        errno: Errno? = nil,
        operation: String = "",
        object: String = "",
        text: String = "",
        attributeOffset: Int? = nil,
        attributeType: UInt16? = nil,
        sequence: UInt32? = nil
    ) {
        self.code = code
        self.errno = errno
        self.operation = operation
        self.object = object
        self.text = text
        self.attributeOffset = attributeOffset
        self.attributeType = attributeType
        self.sequence = sequence
    }

    /// The kernel's extended-ACK text; nil if it gave none.
    public var kernelMessage: String? { code == .kernel && !text.isEmpty ? text : nil }

    /// The same error with the operation and the object that the caller knows.
    public func during(_ operation: String, _ object: @autoclosure () -> String = "") -> NetlinkError {
        var error = self
        error.operation = operation
        error.object = object()
        return error
    }
}

extension NetlinkError: CustomStringConvertible {
    /// "add route 10.1.0.0/24: network is unreachable (ENETUNREACH): Nexthop has invalid gateway, at attribute 5".
    public var description: String {
        var parts: [String] = []
        let subject = object.isEmpty ? operation : "\(operation) \(object)"
        if !subject.isEmpty { parts.append(subject) }
        if let errno { parts.append(errno.description) }
        let fault = [text, place].filter { !$0.isEmpty }.joined(separator: ", ")
        if !fault.isEmpty { parts.append(fault) }
        if errno == nil && text.isEmpty { parts.append(code.description) }
        return parts.joined(separator: ": ")
    }

    private var place: String {
        switch (attributeType, attributeOffset) {
        case (let type?, let offset?): "at attribute \(type) (byte \(offset))"
        case (nil, let offset?): "at byte \(offset)"
        case (let type?, nil): "attribute \(type) is missing"
        case (nil, nil): ""
        }
    }
}
