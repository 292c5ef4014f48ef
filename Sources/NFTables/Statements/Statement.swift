public import NetworkTypes

/// One statement of a rule, as nft has them: a match, an assignment, a decision.
///
/// A statement knows the instructions that it is for the kernel and its text in nft's notation.
public indirect enum Statement: Hashable, Sendable {
    /// Where a key is looked up.
    public enum Collection: Hashable, Sendable {
        /// A named set or map of the rule's table.
        case named(NamedSet)
        /// Elements of the rule's own, which never change: nft's `{ ... }`.
        case anonymous([SetElement])
    }

    /// What a rule may write to.
    public enum Target: Hashable, Sendable {
        /// The packet's mark, priority and the like.
        case meta(MetaKey)
        /// The connection's mark.
        case connection(ConnectionKey)
    }

    /// What a connection's address is translated to.
    public enum Translation: Hashable, Sendable {
        /// A constant address, or a port, or both.
        case constant(IPAddress?, Port?)
        /// An address, or an address and a port concatenated, that a map gives.
        case operand(Operand)
    }

    /// The value compares so with a constant.
    case compare(Selector, Comparison, Field)
    /// The value of 32 bits, masked, compares so with a constant.
    case compareBits(Selector, mask: UInt32, Comparison, UInt32)
    /// The address is (or is not) of a prefix.
    case prefix(Selector, IPPrefix, isInverted: Bool = false)
    /// The value is (or is not) between two constants, both included.
    case range(Selector, from: Field, to: Field, isInverted: Bool = false)
    /// The connection's state is one of these.
    case connectionState(ConnectionState)
    /// One of these has happened to the connection.
    case connectionStatus(ConnectionStatus)
    /// The values are (or are not) together in a set.
    case member([Selector], of: Collection, isInverted: Bool = false)
    /// The verdict map's verdict for the values, if it has one.
    case verdictMap([Selector], Collection)
    /// A decision.
    case verdict(Verdict)
    /// Writes to the packet or the connection.
    case set(Target, Operand)
    /// Adds, refreshes or removes an element of a set or map; the timeout is in milliseconds.
    case update(DynamicSetUpdate.Operation, NamedSet, key: [Selector], timeout: UInt64? = nil, data: Operand? = nil)
    /// Translates the destination or source; with a port only behind a match of the transport protocol.
    case translate(NetworkTranslation.Kind, IPFamily, Translation, TranslationFlags = [])
    /// Translates the source to the address of the interface that the packet leaves by.
    case masquerade(TranslationFlags = [])
    /// Translates the destination to this host.
    case redirect(Port? = nil, TranslationFlags = [])
    /// Discards the packet and tells its sender.
    case reject(Reject.Answer)
    /// Only within a rate.
    case limit(Limit)
    /// Reports the packet.
    case log(Log)
    /// Counts the packet.
    case counter(Counter = Counter())
    /// Takes the packet out of connection tracking.
    case noTrack
    /// A match of iptables.
    case match(ExtensionCompat)
    /// A target of iptables.
    case target(ExtensionCompat)
    /// A whole rule of iptables, in the form of iptables-nft; the only statement of its rule, in a table `ip` or `ip6`.
    case iptables(IPTablesRule)
    /// Instructions for which there is no statement here, and their text in nft's notation.
    case expressions([Expression], text: String)
}

extension Statement {
    /// The packet goes on past this hook's chain.
    public static let accept = Statement.verdict(.accept)
    /// The packet is discarded.
    public static let drop = Statement.verdict(.drop)
    /// Back to the calling chain.
    public static let `return` = Statement.verdict(.return)
    /// On in another chain, and then back.
    public static func jump(_ chain: String) -> Statement { .verdict(.jump(chain)) }
    /// On in another chain, whose end returns to the caller of this one.
    public static func goto(_ chain: String) -> Statement { .verdict(.goto(chain)) }
    /// The transport protocol is this one.
    public static func transport(_ transport: TransportProtocol) -> Statement {
        .compare(.transportProtocol, .equal, .transport(transport))
    }
    /// The transport protocol is one of these: what a translation with a port needs before it.
    public static func transport(in transports: [TransportProtocol]) -> Statement {
        .member([.transportProtocol], of: .anonymous(transports.map { SetElement(ElementValue(.transport($0))) }))
    }
    /// The packet's mark is this one.
    public static func mark(_ mark: UInt32) -> Statement { .compare(.mark, .equal, .host32(mark)) }
    /// All of these bits are set in the packet's mark.
    public static func mark(has bits: UInt32) -> Statement { .compareBits(.mark, mask: bits, .equal, bits) }
    /// Sets bits of the packet's mark.
    public static func setMark(bits: UInt32) -> Statement { .set(.meta(.mark), .setting(bits, of: .mark)) }
    /// Clears bits of the packet's mark.
    public static func clearMark(bits: UInt32) -> Statement { .set(.meta(.mark), .clearing(bits, of: .mark)) }
    /// Sets the packet's mark as a whole.
    public static func setMark(_ mark: UInt32) -> Statement { .set(.meta(.mark), .mark(mark)) }
    /// Sets the packet's priority, the scratch field, to what a map says.
    public static func setPriority(_ selectors: [Selector], map: NamedSet) -> Statement {
        .set(.meta(.priority), .lookup(selectors, map))
    }
    /// The destination (or source) is an address of this host.
    public static func isLocal(_ flags: RouteLookup.Flags) -> Statement {
        .compare(.route(flags, .addressType), .equal, .host32(2))
    }
}
