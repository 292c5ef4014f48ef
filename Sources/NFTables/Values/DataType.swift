public import NetworkTypes

/// One of nft's data types: what the bytes of a set's key or data, or of a register, mean.
///
/// The kernel stores only the number (`NFTA_SET_KEY_TYPE`); nft reads it to print values. The numbers are nft's
/// `enum datatypes` (include/datatype.h), which is its interface to the listing.
public struct DataType: Hashable, Sendable, CustomStringConvertible {
    /// How a value's bytes are ordered, with nft's number for it (`enum byteorder`).
    public enum ByteOrder: UInt32, Hashable, Sendable {
        /// Concatenations and verdicts.
        case none = 0
        /// As the processor has it: marks, class ids, numbers of the kernel's own.
        case host = 1
        /// As packets have it.
        case network = 2
    }

    /// nft's number for the type.
    public let identifier: UInt32
    /// nft's name, as a set's `type` has it.
    public let name: String
    /// Bytes of a value.
    public let length: Int
    /// The order of a value's bytes.
    public let byteOrder: ByteOrder

    init(_ identifier: UInt32, _ name: String, _ length: Int, _ byteOrder: ByteOrder) {
        self.identifier = identifier
        self.name = name
        self.length = length
        self.byteOrder = byteOrder
    }

    /// Two types are the same if nft's numbers and the lengths are.
    public static func == (left: DataType, right: DataType) -> Bool {
        left.identifier == right.identifier && left.length == right.length
    }

    /// Hashes nft's number.
    public func hash(into hasher: inout Hasher) { hasher.combine(identifier) }

    /// nft's name.
    public var description: String { name }
}

extension DataType {
    /// The layer 3 protocol of a packet (`meta nfproto`).
    public static let nfProtocol = DataType(2, "nf_proto", 1, .host)
    /// A number of 32 bits in host order, as numgen and hashes give; has no name for named sets.
    public static let integer = DataType(4, "integer", 4, .host)
    /// An IPv4 address.
    public static let ipv4Address = DataType(7, "ipv4_addr", 4, .network)
    /// An IPv6 address.
    public static let ipv6Address = DataType(8, "ipv6_addr", 16, .network)
    /// An Ethernet address.
    public static let etherAddress = DataType(9, "ether_addr", 6, .network)
    /// An Ethernet protocol number (`meta protocol`).
    public static let etherType = DataType(10, "ether_type", 2, .network)
    /// A transport protocol's number.
    public static let inetProtocol = DataType(12, "inet_proto", 1, .network)
    /// A port.
    public static let inetService = DataType(13, "inet_service", 2, .network)
    /// ICMP's type.
    public static let icmpType = DataType(14, "icmp_type", 1, .network)
    /// TCP's flags.
    public static let tcpFlag = DataType(15, "tcp_flag", 1, .network)
    /// A packet's or connection's mark.
    public static let mark = DataType(19, "mark", 4, .host)
    /// The number of an interface.
    public static let interfaceIndex = DataType(20, "iface_index", 4, .host)
    /// A class id ("1:2"), which is what `meta priority` holds.
    public static let classID = DataType(23, "classid", 4, .host)
    /// The state of a packet's connection.
    public static let ctState = DataType(26, "ct_state", 4, .host)
    /// The direction of a packet in its connection.
    public static let ctDirection = DataType(27, "ct_dir", 1, .host)
    /// The status bits of a connection.
    public static let ctStatus = DataType(28, "ct_status", 4, .host)
    /// ICMPv6's type.
    public static let icmpv6Type = DataType(29, "icmpv6_type", 1, .network)
    /// The kind of a packet's link layer destination (`meta pkttype`).
    public static let packetType = DataType(31, "pkt_type", 1, .host)
    /// The kind of an address (`fib daddr type`).
    public static let fibAddressType = DataType(38, "fib_addrtype", 4, .host)
    /// Yes or no, in one byte.
    public static let boolean = DataType(39, "boolean", 1, .host)
    /// The name of an interface, 16 bytes padded with zeros.
    public static let interfaceName = DataType(41, "ifname", 16, .host)

    /// The address type of one IP family.
    public static func address(_ family: IPFamily) -> DataType { family == .ipv4 ? .ipv4Address : .ipv6Address }
}
