public import NetworkTypes

/// A rule of iptables, as far as Weft has them: what a line of `iptables-save` says.
///
/// As ``Statement/iptables(_:)`` it is written in exactly the form of iptables-nft 1.8.9, which takes it for its own.
public struct IPTablesRule: Hashable, Sendable {
    /// `-s` and `-d`.
    public struct AddressMatch: Hashable, Sendable {
        /// The addresses; of length 0, all.
        public var prefix: IPPrefix
        /// Whether it is all addresses but these.
        public var isInverted: Bool

        /// Matches a prefix; bits behind its length don't count.
        public init(_ prefix: IPPrefix, isInverted: Bool = false) {
            self.prefix = prefix.masked
            self.isInverted = isInverted
        }

        /// Matches one address.
        public init(host address: IPAddress) {
            prefix = IPPrefix(host: address)
            isInverted = false
        }
    }

    /// `-i`.
    public struct InterfaceMatch: Hashable, Sendable {
        /// The name, or its beginning.
        public var name: String
        /// Whether the name is only a beginning ("veth+").
        public var isPrefix: Bool
        /// Whether it is all interfaces but these.
        public var isInverted: Bool

        /// Matches the interface that a packet came in by.
        public init(name: String, isPrefix: Bool, isInverted: Bool = false) {
            self.name = name
            self.isPrefix = isPrefix
            self.isInverted = isInverted
        }
    }

    /// `-m`, in the order in which they stand.
    public enum Match: Hashable, Sendable {
        /// `-m comment --comment`.
        case comment(String)
        /// `-m tcp --dport 80`, of the rule's protocol.
        case destinationPort(Port)
        /// `-m tcp` without more, of the rule's protocol.
        case anyPort
        /// `-m mark --mark BITS/BITS`: all of them are set.
        case mark(UInt32, isInverted: Bool)
        /// `-m statistic --mode random`: the chance in parts of 2^31.
        case statistic(UInt32)
        /// `-m addrtype --src-type LOCAL`.
        case sourceIsLocal
        /// `-m addrtype --dst-type LOCAL`.
        case destinationIsLocal
        /// `-m conntrack --ctstate`.
        case connectionState(ExtensionCompat.ConnectionStates, isInverted: Bool)
        /// `-m recent --name`.
        case recent(String, ExtensionCompat.RecentAction)
    }

    /// `-j`.
    public enum Target: Hashable, Sendable {
        /// None: packets are only counted, and the next rule has them too.
        case nothing
        /// On in another chain, and then back.
        case jump(String)
        /// `ACCEPT`.
        case accept
        /// `DROP`.
        case drop
        /// `RETURN`.
        case `return`
        /// `REJECT`, with an ICMP port-unreachable.
        case reject
        /// `MARK --or-mark`.
        case orMark(UInt32)
        /// `MARK --xor-mark`.
        case xorMark(UInt32)
        /// `MASQUERADE --random-fully`.
        case masquerade
        /// `DNAT --to-destination`.
        case destinationNAT(IPEndpoint)
    }

    /// The interface that the packet came in by; nil: any.
    public var input: InterfaceMatch?
    /// `-p`; nil: any.
    public var transport: TransportProtocol?
    /// The source; nil: any.
    public var source: AddressMatch?
    /// The destination; nil: any.
    public var destination: AddressMatch?
    /// The matches in order.
    public var matches: [Match]
    /// What happens to a packet that matches.
    public var target: Target

    /// Describes a rule.
    public init(
        input: InterfaceMatch? = nil,
        transport: TransportProtocol? = nil,
        source: AddressMatch? = nil,
        destination: AddressMatch? = nil,
        _ matches: [Match],
        _ target: Target
    ) {
        self.input = input
        self.transport = transport
        self.source = source
        self.destination = destination
        self.matches = matches
        self.target = target
    }
}
