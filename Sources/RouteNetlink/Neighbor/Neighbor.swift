public import Netlink
public import NetworkTypes

/// A neighbour as the kernel knows it.
public struct Neighbor: Hashable, Sendable {
    /// Its IP address.
    public var address: IPAddress
    /// Its link-layer address; nil while that is not known, and for links that have none.
    public var mac: MACAddress?
    /// The index of the link that it is on.
    public var link: UInt32
    /// What is known about it.
    public var state: NeighborState
    /// What the entry is.
    public var flags: NeighborFlags

    /// Reads an RTM_NEWNEIGH or RTM_DELNEIGH message; nil for one of another family than IPv4 and IPv6.
    ///
    /// - Throws: `.malformed`.
    public init?(_ message: NetlinkMessage) throws(NetlinkError) {
        guard let family = IPFamily(rawValue: try message.field(at: 0, as: UInt8.self)) else { return nil }
        let entry = try NeighborEntry(message)
        guard let address = entry.destination, address.family == family else {
            throw NetlinkError(.malformed, operation: "read neighbor", text: "no \(family) address")
        }
        self.address = address
        mac = entry.mac
        link = entry.link
        state = entry.state
        flags = entry.flags
    }
}

/// An entry of a forwarding table as the kernel has it.
public struct ForwardingEntry: Hashable, Sendable {
    /// The link-layer address.
    public var mac: MACAddress
    /// The index of the link behind which it is.
    public var link: UInt32
    /// The index of the bridge whose table it is in; nil for the link's own table.
    public var bridge: UInt32?
    /// VXLAN: the address of the host that has it.
    public var destination: IPAddress?
    /// Its VLAN.
    public var vlan: UInt16?
    /// What is known about it.
    public var state: NeighborState
    /// What the entry is.
    public var flags: NeighborFlags

    /// Reads an RTM_NEWNEIGH or RTM_DELNEIGH message; nil for one that is of no forwarding table.
    ///
    /// - Throws: `.malformed`.
    public init?(_ message: NetlinkMessage) throws(NetlinkError) {
        guard try message.field(at: 0, as: UInt8.self) == RouteFamily.bridge else { return nil }
        let entry = try NeighborEntry(message)
        guard let mac = entry.mac else { return nil }
        self.mac = mac
        link = entry.link
        bridge = entry.master
        destination = entry.destination
        vlan = entry.vlan
        state = entry.state
        flags = entry.flags
    }
}

/// struct ndmsg (12 bytes) and the attributes that neighbours and forwarding entries have in common.
private struct NeighborEntry {
    var link: UInt32
    var state: NeighborState
    var flags: NeighborFlags
    var destination: IPAddress?
    var mac: MACAddress?
    var vlan: UInt16?
    var master: UInt32?

    init(_ message: NetlinkMessage) throws(NetlinkError) {
        link = try message.field(at: 4, as: UInt32.self)
        state = NeighborState(rawValue: try message.field(at: 8, as: UInt16.self))
        flags = NeighborFlags(rawValue: try message.field(at: 10, as: UInt8.self))
        var attributes = try message.attributes(after: 12)
        while attributes.next() {
            switch attributes.type {
            case NeighborAttribute.destination: destination = attributes.address()
            // Links without a link-layer address of 6 bytes have another length here.
            case NeighborAttribute.mac: mac = MACAddress(bytes: attributes.payload)
            case NeighborAttribute.vlan: vlan = attributes.uint16()
            case NeighborAttribute.master: master = attributes.uint32()
            default: break
            }
        }
        try attributes.finish()
    }
}
