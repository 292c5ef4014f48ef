import Netlink

/// `enum nft_meta_attributes`.
private enum Attribute {
    static let destination: UInt16 = 1
    static let key: UInt16 = 2
    static let source: UInt16 = 3
}

/// Loads what the kernel knows about a packet.
public struct MetaLoad: ExpressionBody, Hashable, Sendable, CustomStringConvertible {
    static let name = "meta"
    /// What is loaded.
    public var key: MetaKey
    /// Where to.
    public var destination: Register

    /// Makes the expression.
    public init(_ key: MetaKey, to destination: Register) {
        self.key = key
        self.destination = destination
    }

    func encode(into writer: inout AttributeWriter) {
        writer.attribute(Attribute.key, network: key.rawValue)
        writer.attribute(Attribute.destination, network: destination.number)
    }

    /// In libnftnl's notation.
    public var description: String { "meta load \(key) => \(destination)" }
}

/// Sets what the kernel knows about a packet: its mark, its priority.
public struct MetaStore: ExpressionBody, Hashable, Sendable, CustomStringConvertible {
    static let name = "meta"
    /// What is set.
    public var key: MetaKey
    /// Where from.
    public var source: Register

    /// Makes the expression.
    public init(_ key: MetaKey, from source: Register) {
        self.key = key
        self.source = source
    }

    func encode(into writer: inout AttributeWriter) {
        writer.attribute(Attribute.key, network: key.rawValue)
        writer.attribute(Attribute.source, network: source.number)
    }

    /// In libnftnl's notation.
    public var description: String { "meta set \(key) with \(source)" }
}
