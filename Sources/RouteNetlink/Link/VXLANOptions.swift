import Netlink
public import NetworkTypes

/// What only VXLAN links have.
public struct VXLANOptions: Hashable, Sendable {
    /// `IFLA_VXLAN_ID`: the network's number, 24 bits.
    public var identifier: UInt32
    /// `IFLA_VXLAN_PORT`: the UDP port; IANA's is 4789, flannel's 8472.
    public var port: Port
    /// `IFLA_VXLAN_LINK`: the index of the link that carries it; nil lets the routes decide.
    public var carrier: UInt32?
    /// `IFLA_VXLAN_LOCAL`, `IFLA_VXLAN_LOCAL6`: the outer source address.
    public var local: IPAddress?
    /// `IFLA_VXLAN_GROUP`, `IFLA_VXLAN_GROUP6`: where packets to unknown addresses go.
    public var group: IPAddress?
    /// `IFLA_VXLAN_LEARNING`: whether senders' outer addresses are learned from their packets.
    public var learns: Bool
    /// `IFLA_VXLAN_TTL`: the outer packets' time to live; nil for the kernel's standard.
    public var ttl: UInt8?

    /// Describes a tunnel.
    ///
    /// - Parameters:
    ///   - identifier: the network's number, 24 bits.
    ///   - port: the UDP port.
    ///   - carrier: the index of the link that carries it.
    ///   - local: the outer source address.
    ///   - learns: whether senders' outer addresses are learned.
    public init(
        identifier: UInt32,
        port: Port,
        carrier: UInt32? = nil,
        local: IPAddress? = nil,
        learns: Bool = false
    ) {
        self.identifier = identifier
        self.port = port
        self.carrier = carrier
        self.local = local
        self.group = nil
        self.learns = learns
        self.ttl = nil
    }

    func encode(into writer: inout AttributeWriter) {
        writer.attribute(1, identifier)
        if let group { writer.attribute(group.family == .ipv4 ? 2 : 16, address: group) }
        if let carrier { writer.attribute(3, carrier) }
        if let local { writer.attribute(local.family == .ipv4 ? 4 : 17, address: local) }
        if let ttl { writer.attribute(5, ttl) }
        writer.attribute(7, UInt8(learns ? 1 : 0))
        writer.attribute(15, network: port.rawValue)
    }
}
