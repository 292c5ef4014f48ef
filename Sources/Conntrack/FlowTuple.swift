public import NetworkTypes

/// One direction of a flow: what identifies its packets.
public struct FlowTuple: Hashable, Sendable {
    /// What tells flows of one pair of addresses apart.
    public enum Key: Hashable, Sendable {
        /// Ports: TCP, UDP, UDP-Lite, SCTP and DCCP; for GRE its keys.
        case ports(source: Port, destination: Port)
        /// ICMP and ICMPv6.
        case echo(type: UInt8, code: UInt8, id: UInt16)
        /// Any other protocol: there is one flow per pair of addresses.
        case none
    }

    /// Where its packets come from.
    public var source: IPAddress
    /// Where they go.
    public var destination: IPAddress
    /// IANA's protocol number: 17 is UDP.
    public var protocolNumber: UInt8
    /// Ports or echo id.
    public var key: Key
    /// The conntrack zone of this direction alone (`CTA_TUPLE_ZONE`); nil where both directions share one.
    public var zone: UInt16?

    /// Makes a tuple of its parts.
    public init(
        source: IPAddress,
        destination: IPAddress,
        protocolNumber: UInt8,
        key: Key,
        zone: UInt16? = nil
    ) {
        self.source = source
        self.destination = destination
        self.protocolNumber = protocolNumber
        self.key = key
        self.zone = zone
    }

    /// Makes the tuple of packets from one endpoint to another.
    public init(_ transport: TransportProtocol, from source: IPEndpoint, to destination: IPEndpoint) {
        self.init(
            source: source.address,
            destination: destination.address,
            protocolNumber: transport.rawValue,
            key: .ports(source: source.port, destination: destination.port)
        )
    }

    /// The IP version.
    public var family: IPFamily { source.family }

    /// The protocol, if it is one that Services use.
    public var transport: TransportProtocol? { TransportProtocol(rawValue: protocolNumber) }

    /// The source port; nil for protocols without ports.
    public var sourcePort: Port? {
        if case .ports(let source, _) = key { source } else { nil }
    }

    /// The destination port; nil for protocols without ports.
    public var destinationPort: Port? {
        if case .ports(_, let destination) = key { destination } else { nil }
    }
}

extension FlowTuple: CustomStringConvertible {
    /// "udp 10.0.0.1:4000 > 10.96.0.10:53".
    public var description: String {
        let name = transport?.name ?? "protocol \(protocolNumber)"
        switch key {
        case .ports(let source, let destination):
            let from = IPEndpoint(address: self.source, port: source)
            return "\(name) \(from) > \(IPEndpoint(address: self.destination, port: destination))"
        case .echo(let type, let code, let id):
            return "icmp \(source) > \(destination) type \(type) code \(code) id \(id)"
        case .none:
            return "\(name) \(source) > \(destination)"
        }
    }
}
