public import NetworkTypes

/// A cursor over netlink attributes that never traps and never stands still.
///
/// ```
/// var attributes = try message.attributes(after: 16)
/// while attributes.next() {
///     switch attributes.type {
///     case 3: link.name = attributes.string()
///     case 4: link.mtu = attributes.uint32()
///     default: break
///     }
/// }
/// try attributes.finish()
/// ```
/// The first fault, be it a length outside of the payload or a value of the wrong size, sticks: values read after it
/// are zero or empty, ``next()`` is false, and ``finish()`` throws it.
public struct AttributeReader: Sendable {
    private var rest: ArraySlice<UInt8>
    /// The first fault; nil while all is well.
    public private(set) var failure: NetlinkError?
    /// The current attribute's number, without the two flag bits (`NLA_TYPE_MASK`).
    public private(set) var type: UInt16 = 0
    /// Whether `NLA_F_NESTED` is set, which the kernel does not do on everything that is nested.
    public private(set) var isNested = false
    /// Whether `NLA_F_NET_BYTEORDER` is set.
    public private(set) var isNetworkOrder = false
    /// The current attribute's payload.
    public private(set) var payload: ArraySlice<UInt8> = []

    /// Makes a reader of a run of attributes.
    public init(_ bytes: ArraySlice<UInt8>) { rest = bytes }

    /// Makes a reader of a run of attributes.
    public init(_ bytes: [UInt8]) { self.init(bytes[...]) }

    /// Moves to the next attribute; false at the end and after a fault.
    public mutating func next() -> Bool {
        payload = []
        guard failure == nil, !rest.isEmpty else { return false }
        guard let length = rest.hostInteger(at: 0, as: UInt16.self),
            let header = rest.hostInteger(at: 2, as: UInt16.self),
            length >= 4, Int(length) <= rest.count
        else {
            fail("no attribute fits in the last \(rest.count) bytes")
            return false
        }
        type = header & 0x3fff
        isNested = header & 0x8000 != 0
        isNetworkOrder = header & 0x4000 != 0
        payload = rest.dropFirst(4).prefix(Int(length) - 4)
        // The last attribute's padding may be missing; dropFirst takes what there is.
        rest = rest.dropFirst((Int(length) + 3) & ~3)
        return true
    }

    /// Ends the reading.
    ///
    /// - Throws: the first fault, with code `.malformed`.
    public func finish() throws(NetlinkError) {
        if let failure { throw failure }
    }

    /// Records a fault that the caller found in the current attribute, such as a number that no enum has.
    public mutating func fail(_ text: String) {
        guard failure == nil else { return }
        failure = NetlinkError(.malformed, text: text)
        rest = []
    }
}

/// The current attribute's value.
extension AttributeReader {
    private mutating func integer<Value: FixedWidthInteger>(_ type: Value.Type, network: Bool) -> Value {
        guard failure == nil else { return 0 }
        guard payload.count == Value.bitWidth / 8,
            let value = network
                ? payload.networkInteger(at: 0, as: Value.self) : payload.hostInteger(at: 0, as: Value.self)
        else {
            fail("attribute \(self.type) has \(payload.count) bytes instead of \(Value.bitWidth / 8)")
            return 0
        }
        return value
    }

    /// One byte.
    public mutating func uint8() -> UInt8 { integer(UInt8.self, network: false) }
    /// 16 bits in host order.
    public mutating func uint16() -> UInt16 { integer(UInt16.self, network: false) }
    /// 32 bits in host order.
    public mutating func uint32() -> UInt32 { integer(UInt32.self, network: false) }
    /// 64 bits in host order.
    public mutating func uint64() -> UInt64 { integer(UInt64.self, network: false) }
    /// 32 bits in host order, with sign.
    public mutating func int32() -> Int32 { integer(Int32.self, network: false) }
    /// 16 bits in network order.
    public mutating func networkUInt16() -> UInt16 { integer(UInt16.self, network: true) }
    /// 32 bits in network order.
    public mutating func networkUInt32() -> UInt32 { integer(UInt32.self, network: true) }
    /// 64 bits in network order.
    public mutating func networkUInt64() -> UInt64 { integer(UInt64.self, network: true) }

    /// Text up to the first zero byte or the payload's end; bytes that are not UTF-8 are replaced.
    public mutating func string() -> String {
        String(decoding: payload.prefix { $0 != 0 }, as: UTF8.self)
    }

    /// An address of the family that the payload's 4 or 16 bytes imply; 0.0.0.0 after a fault.
    public mutating func address() -> IPAddress {
        if let address = IPAddress(bytes: payload) { return address }
        fail("attribute \(type) has \(payload.count) bytes, which no address has")
        return .any(.ipv4)
    }

    /// A link-layer address of 6 bytes; zeros after a fault.
    public mutating func mac() -> MACAddress {
        if let address = MACAddress(bytes: payload) { return address }
        fail("attribute \(type) has \(payload.count) bytes instead of a link-layer address's 6")
        return .zero
    }

    /// Reads the attributes inside the current one; a fault there is one here, too.
    ///
    /// - Parameter body: is called once with a reader of the payload.
    /// - Throws: what the body throws.
    public mutating func nested<Failure: Error>(
        _ body: (inout AttributeReader) throws(Failure) -> Void
    ) throws(Failure) {
        guard failure == nil else { return }
        var inner = AttributeReader(payload)
        try body(&inner)
        if let fault = inner.failure { fail("in attribute \(type): \(fault.text)") }
    }
}
