public import NetworkTypes

/// Another node as the end of a VXLAN tunnel.
public struct VXLANPeer: Hashable, Sendable, CustomStringConvertible {
    /// The other node's name, for messages.
    public var node: String
    /// The other node's pod range, without host bits.
    public var subnet: IPPrefix
    /// The MAC address of its end of the tunnel.
    public var mac: MACAddress
    /// Where the tunnel's packets for it are sent.
    public var host: IPAddress

    /// Describes a node.
    public init(node: String, subnet: IPPrefix, mac: MACAddress, host: IPAddress) {
        self.node = node
        self.subnet = subnet
        self.mac = mac
        self.host = host
    }

    /// The address by which its end of the tunnel is known: the first of its pod range.
    public var gateway: IPAddress { subnet.first }

    /// "10.244.2.0/24 at aa:bb:cc:dd:ee:ff on 192.168.0.3 (node b)".
    public var description: String { "\(subnet) at \(mac) on \(host) (node \(node))" }
}

/// This node's end of the VXLAN network of one family, in flannel's form.
public struct VXLANDevice: Hashable, Sendable {
    /// The network's number.
    public static let identifier: UInt32 = 1
    /// The UDP port: the kernel's standard, which flannel keeps, and not IANA's 4789.
    public static let port = Port(rawValue: 8472)

    /// The family of the pods' addresses and of the nodes' alike.
    public var family: IPFamily
    /// This node's pod range.
    public var subnet: IPPrefix
    /// The node's addresses by which the others may know it, the best first; the tunnel starts at the first that
    /// a link of the node has.
    public var localAddresses: [IPAddress]
    /// The MAC address that the others know; nil when none is noted yet.
    public var mac: MACAddress?
    /// The other nodes, by subnet.
    public var peers: [VXLANPeer]

    /// Describes a device.
    public init(
        family: IPFamily,
        subnet: IPPrefix,
        localAddresses: [IPAddress],
        mac: MACAddress? = nil,
        peers: [VXLANPeer] = []
    ) {
        self.family = family
        self.subnet = subnet
        self.localAddresses = localAddresses
        self.mac = mac
        self.peers = peers
    }

    /// The link's name.
    public var name: String { Self.name(family) }

    /// The link's name for a family: `flannel.1` or `flannel-v6.1`.
    public static func name(_ family: IPFamily) -> String {
        family == .ipv4 ? "flannel.\(identifier)" : "flannel-v6.\(identifier)"
    }

    /// The link's address: the first of the pod range, alone, so that no broadcast address comes with it.
    public var address: IPPrefix { IPPrefix(host: subnet.first) }

    /// The bytes that a packet grows by: outer IP header, UDP 8, VXLAN 8, inner Ethernet 14.
    public var overhead: UInt32 { family == .ipv4 ? 50 : 70 }
}

/// What this node needs so that its pods reach the other nodes' through VXLAN.
public struct VXLANSpec: Hashable, Sendable {
    /// One device for each family of the own pod ranges; nil while the own Node or its pod ranges are not known, when
    /// what is there must be left alone.
    public var devices: [VXLANDevice]?
    /// The annotations that the own Node should have, but for the MAC addresses.
    public var annotations: [String: String]
    /// Nodes that can't, or can't altogether, be reached.
    public var problems: [NodeRouteProblem]

    /// A specification.
    public init(
        devices: [VXLANDevice]? = nil,
        annotations: [String: String] = [:],
        problems: [NodeRouteProblem] = []
    ) {
        self.devices = devices
        self.annotations = annotations
        self.problems = problems
    }

    /// The families that pods have addresses of.
    public var families: Set<IPFamily> { Set((devices ?? []).map(\.family)) }
}
