import LinuxSystem

/// What a control message (`NLMSG_ERROR`, `NLMSG_DONE`) says, extended ACK included.
enum KernelReply: Hashable, Sendable {
    /// Error number 0: done as asked.
    case success
    /// The kernel refused; the error lacks operation and object.
    case failure(NetlinkError)

    /// Reads `struct nlmsgerr` and the `NLMSGERR_ATTR_*` attributes behind it.
    ///
    /// - Parameters:
    ///   - message: of type `NLMSG_ERROR`.
    ///   - request: the bytes of the request, to name the attribute that is blamed; may be empty.
    /// - Throws: `.malformed` if the message is too short.
    init(errorMessage message: NetlinkMessage, request: ArraySlice<UInt8>) throws(NetlinkError) {
        let number = try message.field(at: 0, as: Int32.self)
        let requestLength = try message.field(at: 4, as: UInt32.self)
        guard number != 0 else {
            self = .success
            return
        }
        var attributesOffset = 20
        if !message.flags.contains(.capped) {
            // Not capped: the request's payload is echoed before the attributes.
            let echoed = max(Int(clamping: requestLength), NetlinkMessage.headerLength) - NetlinkMessage.headerLength
            attributesOffset = min(
                attributesOffset + (min(echoed, message.payload.count) + 3) & ~3,
                message.payload.count
            )
        }
        let hasAttributes = message.flags.contains(.extendedAcknowledgement)
        self.init(
            number: number,
            sequence: message.sequence,
            attributes: hasAttributes ? message.payload.dropFirst(attributesOffset) : [],
            request: request
        )
    }

    /// Reads the end of a dump: the dump's error number, which older kernels leave out.
    init(doneMessage message: NetlinkMessage, request: ArraySlice<UInt8>) {
        let number = message.payload.hostInteger(at: 0, as: Int32.self) ?? 0
        guard number < 0 else {
            self = .success
            return
        }
        let hasAttributes = message.flags.contains(.extendedAcknowledgement)
        self.init(
            number: number,
            sequence: message.sequence,
            attributes: hasAttributes ? message.payload.dropFirst(4) : [],
            request: request
        )
    }

    private init(number: Int32, sequence: UInt32, attributes: ArraySlice<UInt8>, request: ArraySlice<UInt8>) {
        let errno = Errno(rawValue: Int32(clamping: number.magnitude))
        var error = NetlinkError(.kernel, errno: errno, sequence: sequence)
        // A fault in the attributes only costs their words: the error number stands.
        var reader = AttributeReader(attributes)
        while reader.next() {
            switch reader.type {
            case 1: error.text = reader.string()  // NLMSGERR_ATTR_MSG
            case 2: error.attributeOffset = Int(clamping: reader.uint32())  // NLMSGERR_ATTR_OFFS
            case 5: error.attributeType = UInt16(truncatingIfNeeded: reader.uint32())  // NLMSGERR_ATTR_MISS_TYPE
            default: break
            }
        }
        if let offset = error.attributeOffset, offset < Int.max - 4 {
            error.attributeType = request.hostInteger(at: offset + 2, as: UInt16.self).map { $0 & 0x3fff }
        }
        self = .failure(error)
    }
}
