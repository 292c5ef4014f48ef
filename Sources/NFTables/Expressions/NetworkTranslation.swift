import Netlink
public import NetworkTypes

/// `enum nft_nat_attributes`.
private enum Attribute {
    static let kind: UInt16 = 1
    static let family: UInt16 = 2
    static let addressMinimum: UInt16 = 3
    static let addressMaximum: UInt16 = 4
    static let portMinimum: UInt16 = 5
    static let portMaximum: UInt16 = 6
    static let flags: UInt16 = 7
}

/// How the kernel picks addresses and ports: `NF_NAT_RANGE_*` of linux/netfilter/nf_nat.h.
public struct TranslationFlags: OptionSet, Hashable, Sendable, CustomStringConvertible {
    /// The kernel's bits.
    public let rawValue: UInt32
    /// Takes the kernel's bits.
    public init(rawValue: UInt32) { self.rawValue = rawValue }
    /// A port is given; set where nft sets it, the kernel adds it by itself.
    static let portSpecified = TranslationFlags(rawValue: 0x2)
    /// Source ports are picked by a hash of the connection.
    public static let random = TranslationFlags(rawValue: 0x4)
    /// A client gets the same address each time.
    public static let persistent = TranslationFlags(rawValue: 0x8)
    /// Source ports are picked at random.
    public static let fullyRandom = TranslationFlags(rawValue: 0x10)

    /// nft's words.
    public var description: String {
        let all: [(TranslationFlags, String)] = [
            (.random, "random"), (.fullyRandom, "fully-random"), (.persistent, "persistent"),
        ]
        return all.filter { contains($0.0) }.map(\.1).joined(separator: ",")
    }
}

/// Translates a connection's source or destination to the address and port in registers.
public struct NetworkTranslation: ExpressionBody, Hashable, Sendable, CustomStringConvertible {
    static let name = "nat"

    /// What is translated: `NFT_NAT_*`.
    public enum Kind: UInt32, Hashable, Sendable, CustomStringConvertible {
        /// The source; in postrouting and input.
        case source = 0
        /// The destination; in prerouting and output.
        case destination = 1

        /// nft's word.
        public var description: String { self == .source ? "snat" : "dnat" }
    }

    /// What is translated.
    public var kind: Kind
    /// The address's family.
    public var family: IPFamily
    /// Where the address is; nil keeps it.
    public var address: Register?
    /// Where the highest address is, if it is a range.
    public var addressMaximum: Register?
    /// Where the port is; nil keeps it.
    public var port: Register?
    /// Where the highest port is, if it is a range.
    public var portMaximum: Register?
    /// How the kernel picks.
    public var flags: TranslationFlags

    /// Makes the expression.
    public init(
        _ kind: Kind,
        family: IPFamily,
        address: Register?,
        addressMaximum: Register? = nil,
        port: Register? = nil,
        portMaximum: Register? = nil,
        flags: TranslationFlags = []
    ) {
        self.kind = kind
        self.family = family
        self.address = address
        self.addressMaximum = addressMaximum
        self.port = port
        self.portMaximum = portMaximum
        self.flags = flags
    }

    func encode(into writer: inout AttributeWriter) {
        writer.attribute(Attribute.kind, network: kind.rawValue)
        writer.attribute(Attribute.family, network: UInt32(family.rawValue))
        let registers = [
            (Attribute.addressMinimum, address), (Attribute.addressMaximum, addressMaximum),
            (Attribute.portMinimum, port), (Attribute.portMaximum, portMaximum),
        ]
        for (type, register) in registers {
            if let register { writer.attribute(type, network: register.number) }
        }
        if !flags.isEmpty { writer.attribute(Attribute.flags, network: flags.rawValue) }
    }

    /// In libnftnl's notation.
    public var description: String {
        var text = "nat \(kind) \(family == .ipv4 ? "ip" : "ip6")"
        let registers = [
            ("addr_min", address), ("addr_max", addressMaximum), ("proto_min", port), ("proto_max", portMaximum),
        ]
        for case (let word, let register?) in registers { text += " \(word) \(register)" }
        if !flags.isEmpty { text += " flags 0x\(String(flags.rawValue, radix: 16))" }
        return text
    }
}
