public import NetworkTypes

/// What the kernel should hold for one attachment: a pure value, computed from the configuration and the addresses.
public struct AttachmentSpec: Hashable, Sendable {
    /// The bridge, which all attachments of the network share.
    public struct Bridge: Hashable, Sendable {
        /// Its name.
        public var name: String
        /// Its MTU when it has to be made; nil for the kernel's default.
        public var mtu: Int?
        /// Whether it takes in all frames (`IFF_PROMISC`).
        public var isPromiscuous = false
        /// The gateway addresses that it has.
        public var gateways: [IPPrefix] = []
        /// Whether other addresses in the way are removed instead of being an error.
        public var replacesAddresses = false
    }

    /// The end of the veth pair in the host's namespace: a port of the bridge.
    public struct HostEnd: Hashable, Sendable {
        /// Its name, see `AttachmentID.hostInterfaceName`.
        public var name: String
        /// Its alias, see `AttachmentID.alias`.
        public var alias: String
        /// Whether frames may leave through the port they came in by (`IFLA_BRPORT_MODE`).
        public var hairpin = false
        /// Addresses that the host reaches through the bridge: it is told their link address.
        public var neighbors: [IPAddress] = []
    }

    /// The end in the container's namespace.
    public struct PodEnd: Hashable, Sendable {
        /// Its name: CNI_IFNAME.
        public var name: String
        /// Its link address.
        public var mac: MACAddress
        /// Its addresses.
        public var addresses: [IPPrefix] = []
        /// Its routes, each with its gateway filled in.
        public var routes: [RouteConfiguration] = []
    }

    /// Whose it is.
    public var id: AttachmentID
    /// The bridge.
    public var bridge: Bridge
    /// The veth's end on the bridge.
    public var hostEnd: HostEnd
    /// The veth's end in the container.
    public var podEnd: PodEnd
    /// The MTU of both ends in bytes; nil for the kernel's default.
    public var mtu: Int?
    /// The network's subnets, when what leaves them gets the host's address; otherwise empty.
    public var masqueradedSubnets: [IPPrefix] = []

    /// Computes the spec.
    ///
    /// - Parameters:
    ///   - id: whose it is.
    ///   - configuration: the network's.
    ///   - addresses: what IPAM gave; none for a network without addresses.
    public init(_ id: AttachmentID, _ configuration: BridgeConfiguration, addresses: [AssignedAddress]) {
        self.id = id
        bridge = Bridge(name: configuration.bridge, mtu: configuration.mtu)
        bridge.isPromiscuous = configuration.promiscuous
        bridge.replacesAddresses = configuration.forceAddress
        hostEnd = HostEnd(name: id.hostInterfaceName, alias: id.alias, hairpin: configuration.hairpin)
        podEnd = PodEnd(
            name: id.interface,
            mac: configuration.mac ?? Self.linkAddress(for: addresses.first?.prefix.address, of: id)
        )
        podEnd.addresses = addresses.map(\.prefix)
        podEnd.routes = Self.routes(configuration, addresses)
        mtu = configuration.mtu
        if configuration.isGateway {
            for address in addresses {
                let gateway = IPPrefix(address: address.gateway, length: address.prefix.length)
                if let gateway, !bridge.gateways.contains(gateway) { bridge.gateways.append(gateway) }
            }
            hostEnd.neighbors = addresses.map(\.prefix.address)
        }
        if configuration.masquerades {
            let pools = configuration.ipam?.pools ?? []
            for subnet in pools.flatMap(\.ranges).map(\.subnet) where !masqueradedSubnets.contains(subnet) {
                masqueradedSubnets.append(subnet)
            }
        }
    }

    /// The families that the host forwards between the bridge and elsewhere.
    public var forwardedFamilies: [IPFamily] {
        IPFamily.allCases.filter { family in bridge.gateways.contains { $0.family == family } }
    }

    /// A link address that depends on the container's address alone, so that whoever remembers the address from an
    /// earlier container has the right link address for it still.
    ///
    /// 0a:58 is locally administered; the four bytes of an IPv4 address follow, or a hash of an IPv6 one.
    static func linkAddress(for address: IPAddress?, of id: AttachmentID) -> MACAddress {
        let low: UInt32 =
            switch address {
            case .v4(let address): address.rawValue
            case .v6(let address): UInt32(truncatingIfNeeded: AttachmentID.hash(address.bytes))
            case nil: UInt32(truncatingIfNeeded: AttachmentID.hash(id.description.utf8))
            }
        return MACAddress(rawValue: 0x0a58_0000_0000 | UInt64(low))
    }

    /// IPAM's routes, through the first gateway of their family where they name none, and the default routes.
    private static func routes(
        _ configuration: BridgeConfiguration,
        _ addresses: [AssignedAddress]
    ) -> [RouteConfiguration] {
        func gateway(_ family: IPFamily) -> IPAddress? {
            addresses.first { $0.prefix.family == family }?.gateway
        }
        var routes = (configuration.ipam?.routes ?? []).map { route in
            var route = route
            // 253 and up: link and host scope, which have no next hop.
            if route.gateway == nil, (route.scope ?? 0) < 253 {
                route.gateway = gateway(route.destination.family)
            }
            return route
        }
        guard configuration.isDefaultGateway else { return routes }
        for family in IPFamily.allCases {
            let isThere = routes.contains { $0.destination == .all(family) && $0.table == nil }
            if let gateway = gateway(family), !isThere {
                routes.append(RouteConfiguration(destination: .all(family), gateway: gateway))
            }
        }
        return routes
    }
}
