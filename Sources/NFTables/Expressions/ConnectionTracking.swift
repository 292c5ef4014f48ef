import Netlink

/// `enum nft_ct_attributes`.
private enum Attribute {
    static let destination: UInt16 = 1
    static let key: UInt16 = 2
    static let direction: UInt16 = 3
    static let source: UInt16 = 4
}

/// Loads what the kernel knows about a packet's connection.
public struct ConnectionLoad: ExpressionBody, Hashable, Sendable, CustomStringConvertible {
    static let name = "ct"
    /// What is loaded.
    public var key: ConnectionKey
    /// Which direction's value, where there are two.
    public var direction: ConnectionDirection?
    /// Where to.
    public var destination: Register

    /// Makes the expression.
    public init(_ key: ConnectionKey, direction: ConnectionDirection? = nil, to destination: Register) {
        self.key = key
        self.direction = direction
        self.destination = destination
    }

    func encode(into writer: inout AttributeWriter) {
        writer.attribute(Attribute.key, network: key.rawValue)
        writer.attribute(Attribute.destination, network: destination.number)
        if let direction { writer.attribute(Attribute.direction, direction.rawValue) }
    }

    /// In libnftnl's notation.
    public var description: String {
        "ct load \(key.kernelName) => \(destination)" + (direction.map { " , dir \($0)" } ?? "")
    }
}

/// Sets a connection's mark.
public struct ConnectionStore: ExpressionBody, Hashable, Sendable, CustomStringConvertible {
    static let name = "ct"
    /// What is set.
    public var key: ConnectionKey
    /// Where from.
    public var source: Register

    /// Makes the expression.
    public init(_ key: ConnectionKey, from source: Register) {
        self.key = key
        self.source = source
    }

    func encode(into writer: inout AttributeWriter) {
        writer.attribute(Attribute.key, network: key.rawValue)
        writer.attribute(Attribute.source, network: source.number)
    }

    /// In libnftnl's notation.
    public var description: String { "ct set \(key.kernelName) with \(source)" }
}

/// Takes a packet out of connection tracking; before the tracking's own priority only.
public struct NoTrack: ExpressionBody, Hashable, Sendable, CustomStringConvertible {
    static let name = "notrack"
    static let hasAttributes = false

    /// Makes the expression.
    public init() {}

    func encode(into writer: inout AttributeWriter) {}

    /// In libnftnl's notation.
    public var description: String { "notrack" }
}
