public import NetworkTypes

/// A neighbour to be known: the link-layer address of an IP address.
public struct NeighborSpec: Hashable, Sendable {
    /// Its IP address.
    public var address: IPAddress
    /// Its link-layer address; nil for an address that this host answers for.
    public var mac: MACAddress?
    /// The index of the link that it is on.
    public var link: UInt32
    /// What is known about it.
    public var state: NeighborState
    /// What the entry is.
    public var flags: NeighborFlags

    /// Describes a neighbour.
    ///
    /// - Parameters:
    ///   - address: its IP address.
    ///   - mac: its link-layer address.
    ///   - link: the index of the link that it is on.
    ///   - state: what is known about it.
    ///   - flags: what the entry is.
    public init(
        _ address: IPAddress,
        mac: MACAddress?,
        link: UInt32,
        state: NeighborState = .permanent,
        flags: NeighborFlags = []
    ) {
        self.address = address
        self.mac = mac
        self.link = link
        self.state = state
        self.flags = flags
    }
}

extension NeighborSpec: CustomStringConvertible {
    /// "10.244.2.0 at 0a:58:0a:f4:02:00 on link 7".
    public var description: String { "\(address)\(mac.map { " at \($0)" } ?? "") on link \(link)" }
}

/// An entry of a forwarding table to be made: behind which port of a bridge, or at which other end of a VXLAN link, a
/// link-layer address is.
public struct ForwardingSpec: Hashable, Sendable {
    /// Whose table it is.
    public enum Table: Hashable, Sendable {
        /// The link's own, as VXLAN links have one.
        case link
        /// That of the bridge that the link is a port of.
        case bridge
    }

    /// The link-layer address.
    public var mac: MACAddress
    /// The index of the VXLAN link, or of the bridge's port.
    public var link: UInt32
    /// Whose table it is.
    public var table: Table
    /// VXLAN: the address of the host that has it.
    public var destination: IPAddress?
    /// What is known about it.
    public var state: NeighborState

    /// Describes an entry.
    ///
    /// - Parameters:
    ///   - mac: the link-layer address.
    ///   - link: the index of the VXLAN link, or of the bridge's port.
    ///   - table: whose table it is.
    ///   - destination: VXLAN: the address of the host that has it.
    ///   - state: what is known about it.
    public init(
        _ mac: MACAddress,
        link: UInt32,
        table: Table,
        destination: IPAddress? = nil,
        state: NeighborState = .permanent
    ) {
        self.mac = mac
        self.link = link
        self.table = table
        self.destination = destination
        self.state = state
    }
}

extension ForwardingSpec: CustomStringConvertible {
    /// "0a:58:0a:f4:02:00 on link 7 to 192.168.0.3".
    public var description: String { "\(mac) on link \(link)\(destination.map { " to \($0)" } ?? "")" }
}
