public import NetworkTypes

/// One field of a key or of data, at most 16 bytes, in the byte order that the kernel compares.
///
/// A plain value without heap storage: hundreds of thousands of them are made for one transaction.
public struct Field: Hashable, Sendable {
    /// The bytes in memory order, four to a word, zero behind `length`.
    var words: (UInt32, UInt32, UInt32, UInt32)
    /// The number of bytes in use.
    public let length: Int

    init(_ first: UInt32, _ second: UInt32 = 0, _ third: UInt32 = 0, _ fourth: UInt32 = 0, length: Int) {
        words = (first, second, third, fourth)
        self.length = length
    }

    /// Takes up to 16 bytes as they are; what is beyond is cut.
    public init(bytes: some Collection<UInt8>) {
        var words: [UInt32] = [0, 0, 0, 0]
        for (index, byte) in bytes.prefix(16).enumerated() {
            words[index / 4] |= UInt32(littleEndian: UInt32(byte) << (8 * (index % 4)))
        }
        self.init(words[0], words[1], words[2], words[3], length: min(16, bytes.count))
    }

    /// Fields are equal if their bytes are.
    public static func == (left: Field, right: Field) -> Bool {
        left.words == right.words && left.length == right.length
    }

    /// Hashes the bytes.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(words.0)
        if length > 4 {
            hasher.combine(words.1)
            hasher.combine(words.2)
            hasher.combine(words.3)
        }
    }

    /// The same bytes the other way round, which turns a number's byte order.
    var reversed: Field { Field(bytes: bytes.reversed()) }

    /// The bytes as the kernel gets them.
    public var bytes: [UInt8] {
        let words = [words.0, words.1, words.2, words.3]
        return (0..<length).map { UInt8(truncatingIfNeeded: words[$0 / 4].littleEndian >> (8 * ($0 % 4))) }
    }
}

extension Field {
    /// An address of either family: 4 or 16 bytes.
    public static func address(_ address: IPAddress) -> Field {
        switch address {
        case .v4(let address): .address(address)
        case .v6(let address): .address(address)
        }
    }

    /// An IPv4 address.
    public static func address(_ address: IPv4Address) -> Field { Field(address.rawValue.bigEndian, length: 4) }

    /// An IPv6 address.
    public static func address(_ address: IPv6Address) -> Field {
        Field(
            UInt32(truncatingIfNeeded: address.high >> 32).bigEndian,
            UInt32(truncatingIfNeeded: address.high).bigEndian,
            UInt32(truncatingIfNeeded: address.low >> 32).bigEndian,
            UInt32(truncatingIfNeeded: address.low).bigEndian,
            length: 16
        )
    }

    /// A transport protocol's number, one byte.
    public static func transport(_ transport: TransportProtocol) -> Field { .byte(transport.rawValue) }

    /// A port, in network order.
    public static func port(_ port: Port) -> Field { .network16(port.rawValue) }

    /// A mark, class id, index or other number of 32 bits, in host order.
    public static func host32(_ value: UInt32) -> Field { Field(value, length: 4) }

    /// A number of 16 bits, in network order.
    public static func network16(_ value: UInt16) -> Field {
        Field(UInt32(littleEndian: UInt32(value.byteSwapped)), length: 2)
    }

    /// A number of one byte.
    public static func byte(_ value: UInt8) -> Field { Field(UInt32(littleEndian: UInt32(value)), length: 1) }

    /// A class id as `meta priority` holds it, written "major:minor".
    public static func classID(_ major: UInt16, _ minor: UInt16) -> Field {
        .host32(UInt32(major) << 16 | UInt32(minor))
    }

    /// An Ethernet address.
    public static func etherAddress(_ address: MACAddress) -> Field { Field(bytes: address.bytes) }

    /// The name of an interface, padded with zeros to the 16 bytes of `IFNAMSIZ`.
    public static func interfaceName(_ name: String) -> Field {
        Field(bytes: Array(name.utf8.prefix(15)) + Array(repeating: 0, count: max(1, 16 - name.utf8.count)))
    }
}
