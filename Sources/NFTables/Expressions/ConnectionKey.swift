/// What the kernel knows about a packet's connection: `NFT_CT_*`.
public enum ConnectionKey: UInt32, Hashable, Sendable, CaseIterable, CustomStringConvertible {
    /// Where the packet is in the connection's life.
    case state = 0
    /// Whether the packet goes the way of the first one.
    case direction = 1
    /// What has happened to the connection: translated, confirmed and so on.
    case status = 2
    /// The connection's mark.
    case mark = 3
    /// Milliseconds until the connection is forgotten.
    case expiration = 5
    /// The transport protocol.
    case transportProtocol = 10
    /// The source port of a direction.
    case sourcePort = 11
    /// The destination port of a direction.
    case destinationPort = 12
    /// The IPv4 source address of a direction.
    case sourceIPv4 = 19
    /// The IPv4 destination address of a direction.
    case destinationIPv4 = 20
    /// The IPv6 source address of a direction.
    case sourceIPv6 = 21
    /// The IPv6 destination address of a direction.
    case destinationIPv6 = 22

    /// nft's word behind `ct` and a direction; libnftnl's is ``kernelName``.
    public var description: String {
        switch self {
        case .state: "state"
        case .direction: "direction"
        case .status: "status"
        case .mark: "mark"
        case .expiration: "expiration"
        case .transportProtocol: "protocol"
        case .sourcePort: "proto-src"
        case .destinationPort: "proto-dst"
        case .sourceIPv4: "ip saddr"
        case .destinationIPv4: "ip daddr"
        case .sourceIPv6: "ip6 saddr"
        case .destinationIPv6: "ip6 daddr"
        }
    }

    /// libnftnl's word.
    var kernelName: String {
        switch self {
        case .sourcePort: "proto_src"
        case .destinationPort: "proto_dst"
        case .sourceIPv4: "src_ip"
        case .destinationIPv4: "dst_ip"
        case .sourceIPv6: "src_ip6"
        case .destinationIPv6: "dst_ip6"
        default: description
        }
    }

    /// The type of the value.
    public var type: DataType {
        switch self {
        case .state: .ctState
        case .direction: .ctDirection
        case .status: .ctStatus
        case .mark: .mark
        case .expiration: .integer
        case .transportProtocol: .inetProtocol
        case .sourcePort, .destinationPort: .inetService
        case .sourceIPv4, .destinationIPv4: .ipv4Address
        case .sourceIPv6, .destinationIPv6: .ipv6Address
        }
    }

    /// Whether the key has a value for each direction, and a direction must be given.
    public var needsDirection: Bool {
        switch self {
        case .state, .direction, .status, .mark, .expiration, .transportProtocol: false
        default: true
        }
    }
}

/// One of a connection's two directions: `IP_CT_DIR_*`.
public enum ConnectionDirection: UInt8, Hashable, Sendable, CustomStringConvertible {
    /// The way of the connection's first packet.
    case original = 0
    /// The way back.
    case reply = 1

    /// nft's word.
    public var description: String { self == .original ? "original" : "reply" }
}

/// Where a packet is in its connection's life, as bits: nft's `ct state`.
public struct ConnectionState: OptionSet, Hashable, Sendable {
    /// The kernel's bits.
    public let rawValue: UInt32
    /// Takes the kernel's bits.
    public init(rawValue: UInt32) { self.rawValue = rawValue }
    /// Of no connection that could be.
    public static let invalid = ConnectionState(rawValue: 0x1)
    /// Of a connection seen in both directions.
    public static let established = ConnectionState(rawValue: 0x2)
    /// The first of a connection that belongs to another one.
    public static let related = ConnectionState(rawValue: 0x4)
    /// The first of a connection.
    public static let new = ConnectionState(rawValue: 0x8)
    /// Not tracked at all.
    public static let untracked = ConnectionState(rawValue: 0x40)
}

/// What has happened to a connection, as bits: nft's `ct status`, `IPS_*` in nf_conntrack_common.h.
public struct ConnectionStatus: OptionSet, Hashable, Sendable {
    /// The kernel's bits.
    public let rawValue: UInt32
    /// Takes the kernel's bits.
    public init(rawValue: UInt32) { self.rawValue = rawValue }
    /// Packets were seen in both directions.
    public static let seenReply = ConnectionStatus(rawValue: 0x2)
    /// Not to be forgotten early.
    public static let assured = ConnectionStatus(rawValue: 0x4)
    /// Its first packet has left the host.
    public static let confirmed = ConnectionStatus(rawValue: 0x8)
    /// Its source is translated.
    public static let sourceNAT = ConnectionStatus(rawValue: 0x10)
    /// Its destination is translated.
    public static let destinationNAT = ConnectionStatus(rawValue: 0x20)
}
