import Netlink

/// `enum nft_lookup_attributes`.
private enum Attribute {
    static let set: UInt16 = 1
    static let source: UInt16 = 2
    static let destination: UInt16 = 3
    static let setID: UInt16 = 4
    static let flags: UInt16 = 5
}

/// The set that an expression uses.
public enum SetReference: Hashable, Sendable {
    /// A set of the rule's table, by its name.
    case named(String)
    /// One of the rule's own anonymous sets, by its index in ``CompiledRule/anonymousSets``.
    case anonymous(Int, isMap: Bool)

    /// The name that the kernel gets; it numbers anonymous sets itself in place of "%d".
    var name: String {
        switch self {
        case .named(let name): name
        case .anonymous(_, let isMap): isMap ? "__map%d" : "__set%d"
        }
    }
}

/// Looks a key up in a set or map; ends the rule if it is not there (or with `isInverted`, if it is).
public struct Lookup: ExpressionBody, Hashable, Sendable, CustomStringConvertible {
    static let name = "lookup"

    /// What is done with what the key leads to.
    public enum Result: Hashable, Sendable {
        /// Nothing: only whether the key is there counts.
        case membership(isInverted: Bool)
        /// The map's data go to a register.
        case data(Register)
        /// The map's verdict is the rule's.
        case verdict
    }

    /// Where the key begins; the set says how long it is.
    public var source: Register
    /// The set or map.
    public var set: SetReference
    /// What is done with what the key leads to.
    public var result: Result

    /// Makes the expression.
    public init(_ source: Register, in set: SetReference, _ result: Result = .membership(isInverted: false)) {
        self.source = source
        self.set = set
        self.result = result
    }

    func encode(into writer: inout AttributeWriter) { encode(into: &writer, firstSetID: 0) }

    /// Appends the attributes; the rule's anonymous sets have ids of the batch from `firstSetID` on.
    func encode(into writer: inout AttributeWriter, firstSetID: UInt32) {
        writer.attribute(Attribute.source, network: source.number)
        switch result {
        case .membership: break
        case .data(let register): writer.attribute(Attribute.destination, network: register.number)
        case .verdict: writer.attribute(Attribute.destination, network: UInt32(0))
        }
        writer.attribute(Attribute.set, string: set.name)
        if case .anonymous(let index, _) = set {
            writer.attribute(Attribute.setID, network: firstSetID &+ UInt32(truncatingIfNeeded: index))
        }
        if result == .membership(isInverted: true) { writer.attribute(Attribute.flags, network: UInt32(1)) }
    }

    /// In libnftnl's notation.
    public var description: String {
        switch result {
        case .membership(isInverted: false): "lookup \(source) set \(set.name)"
        case .membership(isInverted: true): "lookup \(source) set \(set.name) 0x1"
        case .data(let register): "lookup \(source) set \(set.name) d\(register)"
        case .verdict: "lookup \(source) set \(set.name) dreg 0"
        }
    }
}
