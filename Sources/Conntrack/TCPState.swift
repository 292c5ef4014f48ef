/// How far a tracked connection of TCP is: `enum tcp_conntrack` of linux/netfilter/nf_conntrack_tcp.h.
public struct TCPState: RawRepresentable, Hashable, Sendable {
    /// The kernel's number.
    public let rawValue: UInt8

    /// Wraps the kernel's number.
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// `TCP_CONNTRACK_ESTABLISHED`: it goes both ways.
    public static let established = TCPState(rawValue: 3)
    /// `TCP_CONNTRACK_TIME_WAIT`: both sides have ended it.
    public static let timeWait = TCPState(rawValue: 7)
    /// `TCP_CONNTRACK_CLOSE`: a side has reset it.
    public static let close = TCPState(rawValue: 8)

    /// Whether nothing is sent any more.
    public var hasEnded: Bool { self == .timeWait || self == .close }
}
