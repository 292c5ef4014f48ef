import Netlink

/// `enum nft_expr_attributes`.
private enum Attribute {
    static let name: UInt16 = 1
    static let data: UInt16 = 2
}

/// One instruction of the virtual machine that a rule is for the kernel; a rule runs them in order until one ends it.
public enum Expression: Hashable, Sendable {
    /// Loads part of a packet's headers.
    case payloadLoad(PayloadLoad)
    /// Writes part of a packet's headers.
    case payloadStore(PayloadStore)
    /// Loads what the kernel knows about a packet.
    case metaLoad(MetaLoad)
    /// Sets a packet's mark, priority and the like.
    case metaStore(MetaStore)
    /// Compares a register with a value.
    case compare(Compare)
    /// Compares a register with an interval.
    case range(RangeCompare)
    /// Masks and flips bits.
    case bitwise(Bitwise)
    /// Changes the byte order.
    case swapBytes(SwapBytes)
    /// Puts a constant into a register.
    case immediate(Immediate)
    /// Decides.
    case verdict(ImmediateVerdict)
    /// Looks a key up in a set or map.
    case lookup(Lookup)
    /// Changes a set from a packet.
    case dynamicSet(DynamicSetUpdate)
    /// Counts packets.
    case counter(Counter)
    /// Loads what is known about the connection.
    case connectionLoad(ConnectionLoad)
    /// Sets the connection's mark.
    case connectionStore(ConnectionStore)
    /// Takes the packet out of connection tracking.
    case noTrack(NoTrack)
    /// Asks the routing tables.
    case routeLookup(RouteLookup)
    /// Makes a number.
    case numberGenerator(NumberGenerator)
    /// Hashes registers.
    case jenkinsHash(JenkinsHash)
    /// Hashes a flow.
    case symmetricHash(SymmetricHash)
    /// Translates to an address and port.
    case translation(NetworkTranslation)
    /// Translates the source to the interface's address.
    case masquerade(Masquerade)
    /// Translates the destination to this host.
    case redirect(Redirect)
    /// Discards and tells the sender.
    case reject(Reject)
    /// Ends the rule beyond a rate.
    case limit(Limit)
    /// Reports packets.
    case log(Log)
    /// A match of iptables.
    case match(ExtensionMatch)
    /// A target of iptables.
    case target(ExtensionTarget)

    var body: any ExpressionBody {
        switch self {
        case .payloadLoad(let body): body
        case .payloadStore(let body): body
        case .metaLoad(let body): body
        case .metaStore(let body): body
        case .compare(let body): body
        case .range(let body): body
        case .bitwise(let body): body
        case .swapBytes(let body): body
        case .immediate(let body): body
        case .verdict(let body): body
        case .lookup(let body): body
        case .dynamicSet(let body): body
        case .counter(let body): body
        case .connectionLoad(let body): body
        case .connectionStore(let body): body
        case .noTrack(let body): body
        case .routeLookup(let body): body
        case .numberGenerator(let body): body
        case .jenkinsHash(let body): body
        case .symmetricHash(let body): body
        case .translation(let body): body
        case .masquerade(let body): body
        case .redirect(let body): body
        case .reject(let body): body
        case .limit(let body): body
        case .log(let body): body
        case .match(let body): body
        case .target(let body): body
        }
    }

    /// Appends name and data; the rule's anonymous sets have ids of the batch from `firstSetID` on.
    func encode(into writer: inout AttributeWriter, firstSetID: UInt32) {
        switch self {
        // The frequent ones without a box on the heap.
        case .payloadLoad(let body): Self.encode(body, into: &writer)
        case .metaLoad(let body): Self.encode(body, into: &writer)
        case .compare(let body): Self.encode(body, into: &writer)
        case .verdict(let body): Self.encode(body, into: &writer)
        case .counter(let body): Self.encode(body, into: &writer)
        case .match(let body): Self.encode(body, into: &writer)
        case .target(let body): Self.encode(body, into: &writer)
        case .lookup(let lookup):
            writer.attribute(Attribute.name, string: Lookup.name)
            let nesting = writer.beginNested(Attribute.data)
            lookup.encode(into: &writer, firstSetID: firstSetID)
            writer.endNested(nesting)
        default: Self.encode(body, into: &writer)
        }
    }

    private static func encode<Body: ExpressionBody>(_ body: Body, into writer: inout AttributeWriter) {
        writer.attribute(Attribute.name, string: Body.name)
        guard Body.hasAttributes else { return }
        let nesting = writer.beginNested(Attribute.data)
        body.encode(into: &writer)
        writer.endNested(nesting)
    }
}

extension Expression: CustomStringConvertible {
    /// In libnftnl's notation, without its brackets: "payload load 4b @ network header + 16 => reg 1".
    public var description: String { body.description }
}
