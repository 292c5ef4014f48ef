import Netlink
public import NetworkTypes

/// The packets from or to the addresses of a prefix.
public struct TrafficMatch: Hashable, Sendable {
    /// Which of a packet's two addresses.
    public enum End: Hashable, Sendable {
        /// The sender's.
        case source
        /// The receiver's.
        case destination
    }

    /// The addresses.
    public var prefix: IPPrefix
    /// Which of a packet's two addresses is one of them.
    public var end: End

    /// Describes packets.
    public init(_ prefix: IPPrefix, _ end: End) {
        self.prefix = prefix
        self.end = end
    }

    /// tcm_info of a filter: priority and EtherType in network order.
    ///
    /// Filters of one priority are of one protocol, so each family has its own, and what matches everything comes last.
    static func information(_ match: TrafficMatch?) -> UInt32 {
        // ETH_P_IP, ETH_P_IPV6, ETH_P_ALL.
        let (priority, etherType): (UInt32, UInt16) =
            switch match?.prefix.family {
            case .ipv4: (1, 0x0800)
            case .ipv6: (2, 0x86dd)
            case nil: (3, 0x0003)
            }
        return priority << 16 | UInt32(etherType.bigEndian)
    }

    /// The 32-bit words of the address that matter, with their masks and their places behind the network header.
    fileprivate var keys: [(mask: UInt32, value: UInt32, offset: UInt32)] {
        let bytes = prefix.masked.address.bytes
        let start: UInt32 = prefix.family == .ipv4 ? (end == .source ? 12 : 16) : (end == .source ? 8 : 24)
        return (0..<max(1, (prefix.length + 31) / 32)).map { word in
            let bits = min(32, prefix.length - word * 32)
            let value = bytes[word * 4..<word * 4 + 4].reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
            return (bits == 0 ? 0 : ~0 << UInt32(32 - bits), value, start + UInt32(word) * 4)
        }
    }
}

extension TrafficMatch: CustomStringConvertible {
    /// "packets to 10.0.0.0/8".
    public var description: String { "packets \(end == .source ? "from" : "to") \(prefix)" }
}

extension AttributeWriter {
    /// TCA_U32_SEL: struct tc_u32_sel, which ends the search (TC_U32_TERMINAL), with its keys (struct tc_u32_key).
    ///
    /// - Parameter match: which packets; nil for one key that masks nothing.
    mutating func selector(_ match: TrafficMatch?) {
        let keys = match?.keys ?? [(0, 0, 0)]
        nested(5, flagged: false) { writer in
            for byte in [1, 0, UInt8(keys.count), 0] { writer.append(byte) }
            for _ in 0..<4 { writer.append(UInt16(0)) }
            writer.append(UInt32(0))
            for key in keys {
                // Mask and value are in network order.
                writer.append(key.mask.bigEndian)
                writer.append(key.value.bigEndian)
                writer.append(key.offset)
                writer.append(UInt32(0))
            }
        }
    }
}
