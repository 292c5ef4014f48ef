/// A tracked flow, as the kernel's connection tracking table has it.
public struct Flow: Hashable, Sendable {
    /// Packets and bytes of one direction; kept where net.netfilter.nf_conntrack_acct is 1.
    public struct Counters: Hashable, Sendable {
        /// Packets.
        public var packets: UInt64
        /// Bytes, IP headers included.
        public var bytes: UInt64

        /// Makes counters of their values.
        public init(packets: UInt64, bytes: UInt64) {
            self.packets = packets
            self.bytes = bytes
        }
    }

    /// The packets of whoever began it, before any translation.
    public var original: FlowTuple
    /// The packets that answer, before they are translated back: a Service's flow has the endpoint as source here.
    public var reply: FlowTuple
    /// What the kernel knows of it.
    public var status: FlowStatus = []
    /// How far a connection of TCP is; nil for other protocols.
    public var tcpState: TCPState?
    /// The connection mark (`ct mark`).
    public var mark: UInt32 = 0
    /// The conntrack zone of both directions; 0 is the default.
    public var zone: UInt16 = 0
    /// Seconds until it is forgotten, if nothing comes; nil while it has none.
    public var timeout: UInt32?
    /// Which entry it is: another flow of the same tuple gets another number.
    public var id: UInt32?
    /// Packets and bytes of ``original``.
    public var originalCounters: Counters?
    /// Packets and bytes of ``reply``.
    public var replyCounters: Counters?

    /// Makes a flow of its two directions.
    public init(original: FlowTuple, reply: FlowTuple) {
        self.original = original
        self.reply = reply
    }
}

extension Flow: CustomStringConvertible {
    /// "udp 10.0.0.1:4000 > 10.96.0.10:53, reply udp 10.244.0.5:53 > 10.0.0.1:4000".
    public var description: String {
        let zoneText = zone == 0 ? "" : " zone \(zone)"
        let markText = mark == 0 ? "" : " mark \(mark)"
        return "\(original), reply \(reply)\(zoneText)\(markText)"
    }
}
