import NetworkTypes

/// What the kernel should hold for one attachment: a pure value, assembled from the parts that the configuration asks for.
struct AttachmentSpec: Hashable, Sendable {
    /// The bridge, which all attachments of the network share.
    struct Bridge: Hashable, Sendable {
        /// Its name.
        var name: String
        /// Its MTU when it has to be made; nil for the kernel's default.
        var mtu: Int?
        /// Whether it takes in all frames (`IFF_PROMISC`).
        var isPromiscuous = false
        /// The gateway addresses that it has.
        var gateways: [IPPrefix] = []
        /// Whether other addresses in the way are removed instead of being an error.
        var replacesAddresses = false
        /// Whether it tells VLANs apart.
        var filtersVLANs = false
        /// The VLAN that the gateway addresses are of; nil for the bridge itself.
        var gatewayVLAN: UInt16?
    }

    /// The end of a veth pair in the host's namespace.
    struct HostEnd: Hashable, Sendable {
        /// Its name, see `AttachmentID.hostInterfaceName`.
        var name: String
        /// Its alias, see `AttachmentID.alias`.
        var alias: String
        /// On a bridge: whether frames may leave through the port they came in by (`IFLA_BRPORT_MODE`).
        var hairpin = false
        /// On a bridge: whether frames between such ports are dropped (`IFLA_BRPORT_ISOLATED`).
        var isIsolated = false
        /// On a bridge: its VLANs.
        var vlans = PortVLANs()
        /// Addresses that the host reaches through the bridge: it is told their link address.
        var neighbors: [IPAddress] = []
        /// Without a bridge: the gateways' addresses, which it has itself.
        var gateways: [IPAddress] = []
        /// Without a bridge: the container's addresses, to which the host gets a route.
        var routedAddresses: [IPAddress] = []
    }

    /// A link on one of the host's.
    struct Sublink: Hashable, Sendable {
        /// What it is, and on what.
        var configuration: SublinkConfiguration
    }

    /// The container's interface.
    struct PodEnd: Hashable, Sendable {
        /// Its name: CNI_IFNAME.
        var name: String
        /// Its link address; nil for the kernel's choice.
        var mac: MACAddress?
        /// Its addresses.
        var addresses: [IPPrefix] = []
        /// Its routes, each with its gateway filled in.
        var routes: [RouteConfiguration] = []
        /// Gateways that are on the link without being of its subnet: all else goes through them (ptp).
        var routedGateways: [IPPrefix] = []
        /// Whether IPv6 addresses wait for duplicates to be looked for.
        var looksForDuplicates = false
        /// Whether it stays down.
        var staysDown = false
    }

    /// Whose it is.
    var id: AttachmentID
    /// The bridge; nil without one.
    var bridge: Bridge?
    /// The veth's end in the host's namespace; nil when no pair is made.
    var hostEnd: HostEnd?
    /// The link on one of the host's; nil when none is made.
    var sublink: Sublink?
    /// The container's interface.
    var podEnd: PodEnd
    /// The MTU of the interfaces in bytes; nil for the kernel's default.
    var mtu: Int?
    /// The families that the host forwards between the container and elsewhere.
    var forwardedFamilies: [IPFamily] = []
    /// The network's subnets, when what leaves them gets the host's address; otherwise empty.
    var masqueradedSubnets: [IPPrefix] = []
    /// The ports that are published; nil when there are none.
    var ports: PortMappingConfiguration?
    /// The rates; nil without any.
    var bandwidth: BandwidthConfiguration?
    /// Settings of the container's interface and namespace; nil without any.
    var tuning: TuningConfiguration?
    /// What is let through; nil when nothing needs to be done for it.
    var firewall: FirewallConfiguration?
    /// Whether frames from the container with another sender than its own are dropped.
    var checksSender = false

    /// Assembles the spec.
    ///
    /// - Parameters:
    ///   - id: whose it is.
    ///   - configuration: the network's.
    ///   - ipam: what IPAM gave; nothing for a network without addresses.
    init(_ id: AttachmentID, _ configuration: AttachmentConfiguration, _ ipam: IPAMAnswer) {
        self.id = id
        mtu = configuration.mtu
        podEnd = PodEnd(name: id.interface)
        podEnd.addresses = ipam.addresses.map(\.prefix)
        if configuration.interface != .none {
            podEnd.mac = configuration.mac ?? Self.linkAddress(for: ipam.addresses.first?.prefix.address, of: id)
        }
        switch configuration.interface {
        case .bridge(let bridge): assemble(bridge, ipam)
        case .routed: assembleRouted(ipam)
        case .sublink(let sublink): assemble(sublink, ipam)
        case .none: break
        }
        if let ports = configuration.ports, !ports.mappings.isEmpty { self.ports = ports }
        if let bandwidth = configuration.bandwidth, !bandwidth.isEmpty { self.bandwidth = bandwidth }
        if let tuning = configuration.tuning, !tuning.isEmpty { self.tuning = tuning }
        firewall = podEnd.addresses.isEmpty ? nil : configuration.firewall
        if configuration.masquerades { masqueradedSubnets = Self.subnets(configuration.ipam, ipam) }
    }

    /// The rules that publish the ports.
    var portRules: PortRules? {
        ports.map { PortRules(id: id, configuration: $0, addresses: podEnd.addresses) }
    }

    /// The attachment's part in the firewall.
    ///
    /// - Parameter previous: the result of the plugin before, which names the bridge when it isn't this plugin's.
    /// - Returns: nil when the firewall is not this plugin's.
    func firewallMember(after previous: AttachmentResult?) -> FirewallMember? {
        firewall.map { firewall in
            FirewallMember(
                id: id,
                configuration: firewall,
                subnets: podEnd.addresses.map(\.masked),
                bridge: bridge?.name ?? previous?.interfaces.first { $0.sandbox.isEmpty }?.name
            )
        }
    }

    private mutating func assemble(_ configuration: BridgeConfiguration, _ ipam: IPAMAnswer) {
        var bridge = Bridge(name: configuration.name, mtu: mtu)
        bridge.isPromiscuous = configuration.promiscuous
        bridge.replacesAddresses = configuration.forceAddress
        bridge.filtersVLANs = !configuration.vlans.isEmpty
        bridge.gatewayVLAN = configuration.vlans.untagged
        var end = HostEnd(name: id.hostInterfaceName, alias: id.alias, hairpin: configuration.hairpin)
        end.isIsolated = configuration.isolatesPort
        end.vlans = configuration.vlans
        podEnd.looksForDuplicates = configuration.looksForDuplicates
        podEnd.staysDown = configuration.leavesContainerDown
        podEnd.routes = ipam.routes(addingDefaults: configuration.isDefaultGateway)
        if configuration.isGateway {
            bridge.gateways = ipam.gatewayPrefixes
            end.neighbors = ipam.addresses.map(\.prefix.address)
            forwardedFamilies = ipam.families
        }
        checksSender = configuration.checksSender
        self.bridge = bridge
        hostEnd = end
    }

    private mutating func assembleRouted(_ ipam: IPAMAnswer) {
        var end = HostEnd(name: id.hostInterfaceName, alias: id.alias)
        end.gateways = ipam.gatewayPrefixes.map(\.address)
        end.routedAddresses = ipam.addresses.map(\.prefix.address)
        podEnd.routedGateways = ipam.gatewayPrefixes
        podEnd.routes = ipam.routes(addingDefaults: false)
        forwardedFamilies = ipam.families
        hostEnd = end
    }

    private mutating func assemble(_ configuration: SublinkConfiguration, _ ipam: IPAMAnswer) {
        sublink = Sublink(configuration: configuration)
        if configuration.isIPVLAN { podEnd.mac = nil }
        podEnd.routes = ipam.routes(addingDefaults: false)
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

    /// The whole network's where they are known, so that every attachment finds the same; else those of the addresses.
    ///
    /// A subnet that is one node's part of the cluster's network stands for all of that.
    static func subnets(_ configuration: IPAMConfiguration?, _ ipam: IPAMAnswer) -> [IPPrefix] {
        let pools = configuration?.hostLocal?.pools ?? []
        let all = pools.isEmpty ? ipam.addresses.map(\.prefix.masked) : pools.flatMap(\.ranges).map(\.subnet)
        let networks = configuration?.hostLocal?.networks ?? []
        var subnets: [IPPrefix] = []
        for part in all {
            let subnet = networks.first { $0.contains(part.address) } ?? part
            if !subnets.contains(subnet) { subnets.append(subnet) }
        }
        return subnets
    }
}
