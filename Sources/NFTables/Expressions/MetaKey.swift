/// What the kernel knows about a packet beside its bytes: `NFT_META_*`.
public enum MetaKey: UInt32, Hashable, Sendable, CaseIterable, CustomStringConvertible {
    /// The packet's length in bytes.
    case length = 0
    /// The Ethernet protocol.
    case `protocol` = 1
    /// The traffic control class, as a scratch field: forwarding overwrites it.
    case priority = 2
    /// The packet's mark.
    case mark = 3
    /// The number of the interface that it came in by.
    case inputInterface = 4
    /// The number of the interface that it goes out by.
    case outputInterface = 5
    /// The name of the interface that it came in by.
    case inputInterfaceName = 6
    /// The name of the interface that it goes out by.
    case outputInterfaceName = 7
    /// Whether the packet's way through the rules is reported.
    case trace = 12
    /// IPv4 or IPv6, in tables that see both.
    case nfProtocol = 15
    /// The transport protocol.
    case transportProtocol = 16
    /// The kind of link layer destination.
    case packetType = 19
    /// A random number.
    case random = 24

    /// nft's word behind `meta`, libnftnl's too.
    public var description: String {
        switch self {
        case .length: "len"
        case .protocol: "protocol"
        case .priority: "priority"
        case .mark: "mark"
        case .inputInterface: "iif"
        case .outputInterface: "oif"
        case .inputInterfaceName: "iifname"
        case .outputInterfaceName: "oifname"
        case .trace: "nftrace"
        case .nfProtocol: "nfproto"
        case .transportProtocol: "l4proto"
        case .packetType: "pkttype"
        case .random: "prandom"
        }
    }

    /// The type of the value.
    public var type: DataType {
        switch self {
        case .length, .random: .integer
        case .protocol: .etherType
        case .priority: .classID
        case .mark: .mark
        case .inputInterface, .outputInterface: .interfaceIndex
        case .inputInterfaceName, .outputInterfaceName: .interfaceName
        case .trace: .boolean
        case .nfProtocol: .nfProtocol
        case .transportProtocol: .inetProtocol
        case .packetType: .packetType
        }
    }
}
