import Netlink

/// `enum nft_hash_attributes`.
private enum Attribute {
    static let source: UInt16 = 1
    static let destination: UInt16 = 2
    static let length: UInt16 = 3
    static let modulus: UInt16 = 4
    static let seed: UInt16 = 5
    static let offset: UInt16 = 6
    static let kind: UInt16 = 7
}

/// Hashes fields of the packet (Jenkins) to a number from `offset` to below `offset + modulus`, in host order.
public struct JenkinsHash: ExpressionBody, Hashable, Sendable, CustomStringConvertible {
    static let name = "hash"
    /// Where the hashed bytes begin.
    public var source: Register
    /// How many bytes.
    public var length: Int
    /// How many numbers there are.
    public var modulus: UInt32
    /// Changes the hash; the kernel picks one at random if none is given.
    public var seed: UInt32?
    /// The lowest number.
    public var offset: UInt32
    /// Where to.
    public var destination: Register

    /// Makes the expression.
    public init(
        _ source: Register,
        length: Int,
        modulus: UInt32,
        seed: UInt32? = nil,
        offset: UInt32 = 0,
        to destination: Register
    ) {
        self.source = source
        self.length = length
        self.modulus = modulus
        self.seed = seed
        self.offset = offset
        self.destination = destination
    }

    func encode(into writer: inout AttributeWriter) {
        writer.attribute(Attribute.source, network: source.number)
        writer.attribute(Attribute.destination, network: destination.number)
        writer.attribute(Attribute.length, network: UInt32(truncatingIfNeeded: length))
        writer.attribute(Attribute.modulus, network: modulus)
        if let seed { writer.attribute(Attribute.seed, network: seed) }
        if offset != 0 { writer.attribute(Attribute.offset, network: offset) }
        writer.attribute(Attribute.kind, network: UInt32(0))
    }

    /// In libnftnl's notation.
    public var description: String {
        let seed = String(seed ?? 0, radix: 16)
        let offset = offset == 0 ? "" : " offset \(offset)"
        return "hash \(destination) = jhash(\(source), \(length), 0x\(seed)) % mod \(modulus)\(offset)"
    }
}

/// Hashes addresses and ports alike for both directions of a flow, to a number below `modulus` (+ `offset`).
public struct SymmetricHash: ExpressionBody, Hashable, Sendable, CustomStringConvertible {
    static let name = "hash"
    /// How many numbers there are.
    public var modulus: UInt32
    /// The lowest number.
    public var offset: UInt32
    /// Where to.
    public var destination: Register

    /// Makes the expression.
    public init(modulus: UInt32, offset: UInt32 = 0, to destination: Register) {
        self.modulus = modulus
        self.offset = offset
        self.destination = destination
    }

    func encode(into writer: inout AttributeWriter) {
        writer.attribute(Attribute.destination, network: destination.number)
        writer.attribute(Attribute.modulus, network: modulus)
        if offset != 0 { writer.attribute(Attribute.offset, network: offset) }
        writer.attribute(Attribute.kind, network: UInt32(1))
    }

    /// In libnftnl's notation.
    public var description: String {
        "hash \(destination) = symhash() % mod \(modulus)" + (offset == 0 ? "" : " offset \(offset)")
    }
}
