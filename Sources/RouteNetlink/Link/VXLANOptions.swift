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
    /// `IFLA_VXLAN_COLLECT_METADATA`: whether routes or programs say where packets go, and the own table doesn't
    /// ("external" in `ip -d link`).
    public var isExternal: Bool

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
        self.isExternal = false
    }

    func encode(into writer: inout AttributeWriter) {
        encodeChangeable(into: &writer)
        if let group { writer.attribute(group.family == .ipv4 ? 2 : 16, address: group) }
        writer.attribute(15, network: port.rawValue)
        if isExternal { writer.attribute(25, UInt8(1)) }
    }

    /// What a link that is there may be told: the kernel refuses even the port that it has (vxlan_nl2conf).
    func encodeChangeable(into writer: inout AttributeWriter) {
        writer.attribute(1, identifier)
        if let carrier { writer.attribute(3, carrier) }
        if let local { writer.attribute(local.family == .ipv4 ? 4 : 17, address: local) }
        if let ttl { writer.attribute(5, ttl) }
        writer.attribute(7, UInt8(learns ? 1 : 0))
    }

    /// Reads IFLA_INFO_DATA of a VXLAN link.
    init(_ attributes: inout AttributeReader) {
        self.init(identifier: 0, port: Port(rawValue: 0))
        while attributes.next() {
            switch attributes.type {
            case 1: identifier = attributes.uint32()
            case 2, 16: group = attributes.address()
            case 3: carrier = attributes.uint32()
            case 4, 17: local = attributes.address()
            // 0 stands for the standard.
            case 5: ttl = attributes.uint8()
            case 7: learns = attributes.uint8() != 0
            case 15: port = Port(rawValue: attributes.networkUInt16())
            case 25: isExternal = attributes.uint8() != 0
            default: break
            }
        }
        if ttl == 0 { ttl = nil }
    }
}
