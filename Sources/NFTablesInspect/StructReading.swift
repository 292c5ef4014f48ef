/// The bytes of a C struct, read field by field; what is not there is zero.
struct StructReading {
    let bytes: [UInt8]

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    func byte(_ offset: Int) -> UInt8 { offset < bytes.count ? bytes[offset] : 0 }

    func host16(_ offset: Int) -> UInt16 {
        UInt16(littleEndian: UInt16(byte(offset)) | UInt16(byte(offset + 1)) << 8)
    }

    func host32(_ offset: Int) -> UInt32 {
        UInt32(littleEndian: (0..<4).reduce(0) { $0 | UInt32(byte(offset + $1)) << (8 * UInt32($1)) })
    }

    func network16(_ offset: Int) -> UInt16 { UInt16(byte(offset)) << 8 | UInt16(byte(offset + 1)) }

    /// A `char[]` up to its zero byte.
    func text(_ offset: Int, _ size: Int) -> String {
        String(decoding: bytes.dropFirst(offset).prefix(size).prefix { $0 != 0 }, as: UTF8.self)
    }

    /// The first four bytes as a mark, with a mask behind it where not all bits count.
    func mark(_ mask: [UInt8]?) -> String {
        let bits = mask.map { StructReading($0).host32(0) } ?? .max
        return Self.hex(host32(0)) + (bits == .max ? "" : "/" + Self.hex(bits))
    }

    /// "0x4000".
    static func hex(_ number: UInt32) -> String { "0x" + String(number, radix: 16) }

    /// Two digits a byte.
    static func hex(_ bytes: [UInt8]) -> String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}
