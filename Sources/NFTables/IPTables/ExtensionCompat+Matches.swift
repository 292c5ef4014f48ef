public import NetworkTypes

/// The matches of iptables, as iptables-nft 1.8.9 writes them: revision and struct of the version that it picks.
extension ExtensionCompat {
    /// Text for people, of which at most 255 bytes are kept: `struct xt_comment_info` of linux/netfilter/xt_comment.h.
    public static func comment(_ text: String) -> ExtensionCompat {
        var info = StructBytes(capacity: 256)
        info.text(text, size: 256)
        return ExtensionCompat("comment", revision: 0, info: info.bytes)
    }

    /// The source is (or the destination is) an address of this host: `struct xt_addrtype_info_v1` of
    /// linux/netfilter/xt_addrtype.h, with `XT_ADDRTYPE_LOCAL`.
    public static func localAddress(source: Bool = false, destination: Bool = false) -> ExtensionCompat {
        let local: UInt16 = 1 << 2
        var info = StructBytes(capacity: 8)
        info.host16(source ? local : 0)
        info.host16(destination ? local : 0)
        info.host32(0)
        return ExtensionCompat("addrtype", revision: 1, info: info.bytes)
    }

    /// The states of a connection that `-m conntrack --ctstate` knows: `XT_CONNTRACK_STATE_*`.
    public struct ConnectionStates: OptionSet, Hashable, Sendable {
        /// The bits of `state_mask`.
        public let rawValue: UInt16
        /// Takes the bits of `state_mask`.
        public init(rawValue: UInt16) { self.rawValue = rawValue }
        /// A packet that belongs to no connection.
        public static let invalid = ConnectionStates(rawValue: 1)
        /// Packets went both ways.
        public static let established = ConnectionStates(rawValue: 1 << 1)
        /// A connection that another one announced.
        public static let related = ConnectionStates(rawValue: 1 << 2)
        /// The first packet.
        public static let new = ConnectionStates(rawValue: 1 << 3)
        /// The source was translated.
        public static let sourceTranslated = ConnectionStates(rawValue: 1 << 6)
        /// The destination was translated.
        public static let destinationTranslated = ConnectionStates(rawValue: 1 << 7)
    }

    /// The connection is in one of these states (or in none): `struct xt_conntrack_mtinfo3` of
    /// linux/netfilter/xt_conntrack.h.
    public static func connectionState(_ states: ConnectionStates, isInverted: Bool = false) -> ExtensionCompat {
        // XT_CONNTRACK_STATE
        let flag: UInt16 = 1
        var info = StructBytes(capacity: 168)
        info.zeros(146)
        info.host16(flag)
        info.host16(isInverted ? flag : 0)
        info.host16(states.rawValue)
        info.zeros(12)
        return ExtensionCompat("conntrack", revision: 3, info: info.bytes)
    }

    /// Matches by chance, in parts of 2^31: `struct xt_statistic_info` of linux/netfilter/xt_statistic.h, mode random.
    public static func statistic(probability: UInt32) -> ExtensionCompat {
        var info = StructBytes(capacity: 24)
        info.zeros(4)
        info.host32(probability)
        info.host32(0)
        // iptables fills in the counter of the other mode as well.
        info.host32(probability)
        info.zeros(8)
        return ExtensionCompat("statistic", revision: 0, info: info.bytes)
    }

    /// What the match `recent` does with its list.
    public enum RecentAction: Hashable, Sendable {
        /// Enters the source, or refreshes it; always holds.
        case set
        /// Holds if the source was entered in the last so many seconds, and forgets older ones.
        case check(seconds: UInt32)
    }

    /// Remembers sources in a list of that name: `struct xt_recent_mtinfo_v1` of linux/netfilter/xt_recent.h.
    public static func recent(_ list: String, _ action: RecentAction) -> ExtensionCompat {
        // XT_RECENT_CHECK, XT_RECENT_SET, XT_RECENT_REAP
        let (check, set, reap): (UInt8, UInt8, UInt8) = (1, 1 << 1, 1 << 5)
        var info = StructBytes(capacity: 232)
        switch action {
        case .set:
            info.zeros(8)
            info.byte(set)
        case .check(let seconds):
            info.host32(seconds)
            info.zeros(4)
            info.byte(check | reap)
        }
        info.byte(0)
        info.text(list, size: 200)
        // XT_RECENT_SOURCE, and a mask of the whole address.
        info.zeros(2)
        info.host32(.max)
        info.host32(.max)
        info.host32(.max)
        info.host32(.max)
        return ExtensionCompat("recent", revision: 1, info: info.bytes)
    }

    /// Any port of a protocol: what `-m tcp` means without a port; `struct xt_tcp`, `struct xt_udp`
    /// (linux/netfilter/xt_tcpudp.h) and `struct xt_sctp_info` (linux/netfilter/xt_sctp.h).
    public static func anyPort(_ transport: TransportProtocol) -> ExtensionCompat {
        guard transport != .sctp else { return sctp(nil) }
        var info = StructBytes(capacity: 16)
        for _ in 0..<2 {
            info.host16(0)
            info.host16(.max)
        }
        info.zeros(8)
        return ExtensionCompat(transport.name, revision: 0, info: info.bytes)
    }

    /// A destination port of SCTP: `struct xt_sctp_info`; for TCP and UDP iptables-nft compares the header itself.
    public static func sctpPort(_ port: Port) -> ExtensionCompat { sctp(port) }

    private static func sctp(_ port: Port?) -> ExtensionCompat {
        var info = StructBytes(capacity: 296)
        info.host16(port?.rawValue ?? 0)
        info.host16(port?.rawValue ?? 0)
        // Source ports, 256 bytes of chunk types, and how they match.
        info.zeros(4 + 256 + 4)
        for _ in 0..<4 {
            info.byte(0xff)
            info.zeros(2)
        }
        info.host32(0)
        // XT_SCTP_DEST_PORTS
        info.host32(port == nil ? 0 : 2)
        info.host32(0)
        return ExtensionCompat("sctp", revision: 0, info: info.bytes)
    }
}
