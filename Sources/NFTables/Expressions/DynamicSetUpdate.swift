import Netlink

/// `enum nft_dynset_attributes`.
private enum Attribute {
    static let setName: UInt16 = 1
    static let operation: UInt16 = 3
    static let sourceKey: UInt16 = 4
    static let sourceData: UInt16 = 5
    static let timeout: UInt16 = 6
}

/// Adds, refreshes or removes an element of a set or map with the flag `.dynamic`, from a packet.
public struct DynamicSetUpdate: ExpressionBody, Hashable, Sendable, CustomStringConvertible {
    static let name = "dynset"

    /// What is done: `NFT_DYNSET_OP_*`.
    public enum Operation: UInt32, Hashable, Sendable, CustomStringConvertible {
        /// Adds the element if it is not there.
        case add = 0
        /// Adds the element, or restarts its timeout; the data of one that is there stay.
        case update = 1
        /// Removes the element.
        case delete = 2

        /// nft's and libnftnl's word.
        public var description: String {
            switch self {
            case .add: "add"
            case .update: "update"
            case .delete: "delete"
            }
        }
    }

    /// What is done.
    public var operation: Operation
    /// The set's or map's name.
    public var set: String
    /// Where the key begins.
    public var key: Register
    /// Where the data begin, for a map.
    public var data: Register?
    /// Milliseconds until the element is removed; nil for the set's default.
    public var timeout: UInt64?

    /// Makes the expression.
    public init(_ operation: Operation, _ set: String, key: Register, data: Register? = nil, timeout: UInt64? = nil) {
        self.operation = operation
        self.set = set
        self.key = key
        self.data = data
        self.timeout = timeout
    }

    func encode(into writer: inout AttributeWriter) {
        writer.attribute(Attribute.sourceKey, network: key.number)
        if let data { writer.attribute(Attribute.sourceData, network: data.number) }
        writer.attribute(Attribute.operation, network: operation.rawValue)
        if let timeout { writer.attribute(Attribute.timeout, network: timeout) }
        writer.attribute(Attribute.setName, string: set)
    }

    /// In libnftnl's notation.
    public var description: String {
        let data = data.map { " sreg_data \($0.number)" } ?? ""
        let timeout = timeout.map { " timeout \($0)ms" } ?? ""
        return "dynset \(operation) reg_key \(key.number) set \(set)\(data)\(timeout)"
    }
}
