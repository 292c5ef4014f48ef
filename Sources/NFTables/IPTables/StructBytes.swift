import NetworkTypes

/// The bytes of a C struct that an iptables extension takes, written field by field.
///
/// Numbers are in host order unless said; the writer of a struct sees to its alignment with ``zeros(_:)``.
struct StructBytes {
    private(set) var bytes: [UInt8] = []

    init(capacity: Int) { bytes.reserveCapacity(capacity) }

    mutating func byte(_ value: UInt8) { bytes.append(value) }

    mutating func host16(_ value: UInt16) {
        bytes.append(UInt8(truncatingIfNeeded: value.littleEndian))
        bytes.append(UInt8(truncatingIfNeeded: value.littleEndian >> 8))
    }

    mutating func host32(_ value: UInt32) {
        for shift in stride(from: UInt32(0), to: 32, by: 8) {
            bytes.append(UInt8(truncatingIfNeeded: value.littleEndian >> shift))
        }
    }

    mutating func network16(_ value: UInt16) {
        bytes.append(UInt8(truncatingIfNeeded: value >> 8))
        bytes.append(UInt8(truncatingIfNeeded: value))
    }

    mutating func zeros(_ count: Int) { bytes.append(contentsOf: repeatElement(0, count: count)) }

    /// `union nf_inet_addr`: 16 bytes, of which an IPv4 address is the first four.
    mutating func address(_ address: IPAddress) {
        let own = address.bytes
        bytes.append(contentsOf: own)
        zeros(16 - own.count)
    }

    /// A `char[]` of some size: text that is cut so that a zero byte ends it.
    mutating func text(_ text: String, size: Int) {
        let own = text.utf8.prefix(size - 1)
        bytes.append(contentsOf: own)
        zeros(size - own.count)
    }
}
