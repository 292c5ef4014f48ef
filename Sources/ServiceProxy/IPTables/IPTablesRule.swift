import NFTables
import NetworkTypes

/// A rule of iptables, as far as the proxy has them: what a line of `iptables-save` says.
struct IPTablesRule: Hashable, Sendable {
    /// `-s` and `-d`.
    struct AddressMatch: Hashable, Sendable {
        var prefix: IPPrefix
        var isInverted = false

        init(_ prefix: IPPrefix, isInverted: Bool = false) {
            self.prefix = prefix.masked
            self.isInverted = isInverted
        }

        init(host address: IPAddress) { self.init(IPPrefix(host: address)) }
    }

    /// `-i`.
    struct InterfaceMatch: Hashable, Sendable {
        var name: String
        /// Whether the name is only a beginning ("veth+").
        var isPrefix: Bool
        var isInverted = false
    }

    /// `-m`, in the order in which they stand.
    enum Match: Hashable, Sendable {
        case comment(String)
        /// `-m tcp --dport 80`, of the rule's protocol.
        case destinationPort(Port)
        /// `-m tcp` without more.
        case anyPort
        case mark(UInt32, isInverted: Bool)
        /// The chance in parts of 2^31.
        case statistic(UInt32)
        case sourceIsLocal
        case destinationIsLocal
        case connectionState(ExtensionCompat.ConnectionStates, isInverted: Bool)
        case recent(String, ExtensionCompat.RecentAction)
    }

    /// `-j`.
    enum Target: Hashable, Sendable {
        case jump(String)
        case accept
        case drop
        case `return`
        /// With an ICMP port-unreachable.
        case reject
        /// `MARK --or-mark`.
        case orMark(UInt32)
        /// `MARK --xor-mark`.
        case xorMark(UInt32)
        /// `MASQUERADE --random-fully`.
        case masquerade
        case destinationNAT(IPEndpoint)
    }

    var input: InterfaceMatch?
    var transport: TransportProtocol?
    var source: AddressMatch?
    var destination: AddressMatch?
    var matches: [Match]
    var target: Target

    init(
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
