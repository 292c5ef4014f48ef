public import NetworkTypes

/// Which flows a dump is about; what is nil does not matter.
///
/// The kernel applies what it can (Linux 5.8 and later: all but the reply's and IPv6 addresses), so that a large table
/// is not copied for a few flows; the rest, and older kernels, are covered by ``matches(_:)``.
public struct FlowFilter: Hashable, Sendable {
    /// The IP version.
    public var family: IPFamily?
    /// IANA's protocol number.
    public var protocolNumber: UInt8?
    /// The original destination, such as a Service's cluster IP, which implies the family.
    public var originalDestination: IPAddress?
    /// The original destination port; it needs ``protocolNumber`` to be one that has ports.
    public var originalDestinationPort: Port?
    /// The reply's source, such as a Service's endpoint, which implies the family.
    public var replySource: IPAddress?
    /// The conntrack zone.
    public var zone: UInt16?
    /// The connection mark's value within ``markMask``.
    public var mark: UInt32?
    /// The bits of the connection mark that ``mark`` is about.
    public var markMask: UInt32 = .max

    /// Makes a filter that lets all flows of a family, or of both, pass.
    public init(family: IPFamily? = nil, protocolNumber: UInt8? = nil) {
        self.family = family
        self.protocolNumber = protocolNumber
    }

    /// Makes a filter for a Service's transport protocol.
    public init(family: IPFamily? = nil, _ transport: TransportProtocol) {
        self.init(family: family, protocolNumber: transport.rawValue)
    }

    /// Whether a flow passes.
    public func matches(_ flow: Flow) -> Bool {
        if let family, flow.original.family != family { return false }
        if let protocolNumber, flow.original.protocolNumber != protocolNumber { return false }
        if let originalDestination, flow.original.destination != originalDestination { return false }
        if let originalDestinationPort, flow.original.destinationPort != originalDestinationPort { return false }
        if let replySource, flow.reply.source != replySource { return false }
        if let zone, flow.zone != zone { return false }
        if let mark, (flow.mark ^ mark) & markMask != 0 { return false }
        return true
    }

    /// The family that is asked for, by itself or by an address.
    var impliedFamily: IPFamily? { family ?? originalDestination?.family ?? replySource?.family }
}
