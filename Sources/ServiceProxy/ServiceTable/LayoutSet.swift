import NFTables
import NetworkTypes

/// The sets and maps of the tables of modes nftables and ipvs; docs/ARCHITECTURE.md tells how a packet passes them.
///
/// A frontend is an address, a protocol and a port, or for node ports a protocol and a port. The *class* of a frontend
/// says how it is treated and how many endpoints there are; its *group* says which endpoints.
enum LayoutSet: Hashable, Sendable {
    /// Frontend with an address to class.
    case services
    /// Node port to class.
    case nodePorts
    /// Class to the chain that treats it. The only verdicts in the table: one for each class, not for each Service.
    case classes
    /// Frontend with an address to group.
    case groups
    /// Node port to group.
    case nodePortGroups
    /// Group to its n-th endpoint. Made when the first group needs it, and then kept.
    case slot(Int)
    /// Number to endpoint: a large group has a range of numbers here instead of slots, and so has every endpoint of a
    /// group with affinity a number.
    case endpoints
    /// The group of external clients to the group of the cluster's own, for external traffic policy Local.
    case insideGroups
    /// The same to that group's class.
    case insideClass
    /// Class to chain for the cluster's own clients; a verdict map must not lead to itself.
    case insideClasses
    /// Addresses of local endpoints, paired with themselves.
    case hairpin
    /// All ClusterIPs: what is sent to them and led nowhere is rejected.
    case clusterIPs
    /// Frontends with an address but without any endpoint.
    case noEndpoints
    /// Node ports without any endpoint.
    case noEndpointNodePorts
    /// The node's addresses that take node ports; only if it isn't all.
    case nodePortAddresses
    /// Frontends that let in some sources only.
    case restricted
    /// Frontend and source that is let in.
    case sourceRanges
    /// Client and group to the endpoint's number, remembered for a time.
    case affinity
    /// Number and group, as long as the endpoint is in the group, to the number.
    case affinityAlive
    /// Group to the number of its n-th endpoint. Made when the first group with affinity needs it, and then kept.
    case affinitySlot(Int)
    /// With counters: the frontends with an address, each with what was counted for it.
    case counts
    /// With counters: the node ports.
    case nodePortCounts
    /// Mode ipvs: frontend with an address to the address and port of its virtual server, where that is not its own.
    case virtualServers
    /// Mode ipvs: node port to the address and port of its virtual server.
    case nodePortVirtualServers
    /// Mode ipvs: the same as ``virtualServers`` for external clients of an external traffic policy Local.
    case localVirtualServers
    /// Mode ipvs: the same for node ports.
    case nodePortLocalVirtualServers

    /// The sets that mode nftables has always, in the order of the listing.
    static let fixed: [LayoutSet] = [
        .services, .nodePorts, .classes, .groups, .nodePortGroups, .endpoints, .insideGroups, .insideClass,
        .insideClasses, .hairpin, .clusterIPs, .noEndpoints, .noEndpointNodePorts, .nodePortAddresses, .restricted,
        .sourceRanges, .affinity, .affinityAlive,
    ]

    /// The sets that are there with counters only.
    static let counting: [LayoutSet] = [.counts, .nodePortCounts]

    /// The sets that mode ipvs has, in the order of the listing.
    static let balanced: [LayoutSet] = [
        .services, .nodePorts, .virtualServers, .nodePortVirtualServers, .localVirtualServers,
        .nodePortLocalVirtualServers, .hairpin, .clusterIPs, .noEndpoints, .noEndpointNodePorts, .nodePortAddresses,
        .restricted, .sourceRanges,
    ]

    /// The set's name in the table.
    var name: String {
        switch self {
        case .services: "services"
        case .nodePorts: "nodeports"
        case .classes: "classes"
        case .groups: "group"
        case .nodePortGroups: "nodeport-group"
        case .slot(let number): "slot\(number)"
        case .endpoints: "endpoints"
        case .insideGroups: "inside-group"
        case .insideClass: "inside-class"
        case .insideClasses: "inside-classes"
        case .hairpin: "hairpin"
        case .clusterIPs: "cluster-ips"
        case .noEndpoints: "no-endpoints"
        case .noEndpointNodePorts: "no-endpoint-nodeports"
        case .nodePortAddresses: "nodeport-addresses"
        case .restricted: "restricted"
        case .sourceRanges: "source-ranges"
        case .affinity: "affinity"
        case .affinityAlive: "affinity-alive"
        case .affinitySlot(let number): "affinity-slot\(number)"
        case .counts: "counts"
        case .nodePortCounts: "nodeport-counts"
        case .virtualServers: "virtual-servers"
        case .nodePortVirtualServers: "nodeport-virtual-servers"
        case .localVirtualServers: "local-virtual-servers"
        case .nodePortLocalVirtualServers: "nodeport-local-virtual-servers"
        }
    }

    /// The place in a transaction and in a listing.
    var order: Int {
        switch self {
        case .slot(let number): 1000 + number
        case .affinitySlot(let number): 2000 + number
        case .counts: 3000
        case .nodePortCounts: 3001
        default: (Self.fixed + Self.balanced).firstIndex(of: self) ?? 0
        }
    }

    /// The set of a name; nil if no layout has one such.
    init?(name: String) {
        if let fixed = (Self.fixed + Self.balanced + Self.counting).first(where: { $0.name == name }) {
            self = fixed
        } else if name.hasPrefix("affinity-slot"), let number = Int(name.dropFirst(13)) {
            self = .affinitySlot(number)
        } else if name.hasPrefix("slot"), let number = Int(name.dropFirst(4)) {
            self = .slot(number)
        } else {
            return nil
        }
    }
}

extension LayoutSet {
    /// How the set is declared in a family's table.
    func declaration(_ table: TableID, _ family: IPFamily) -> NamedSet {
        let address = DataType.address(family)
        let frontend: ValueType = [address, .inetProtocol, .inetService]
        let nodePort: ValueType = [.inetProtocol, .inetService]
        let classID = NamedSet.Content.value([.classID])
        return switch self {
        case .services, .groups: NamedSet(table, name, key: frontend, to: classID)
        case .nodePorts, .nodePortGroups: NamedSet(table, name, key: nodePort, to: classID)
        case .classes, .insideClasses: NamedSet(table, name, key: [.classID], to: .verdict)
        case .slot, .endpoints: NamedSet(table, name, key: [.classID], to: .value([address, .inetService]))
        case .virtualServers, .localVirtualServers:
            NamedSet(table, name, key: frontend, to: .value([address, .inetService]))
        case .nodePortVirtualServers, .nodePortLocalVirtualServers:
            NamedSet(table, name, key: nodePort, to: .value([address, .inetService]))
        case .insideGroups, .insideClass: NamedSet(table, name, key: [.classID], to: classID)
        case .hairpin: NamedSet(table, name, key: [address, address])
        case .clusterIPs, .nodePortAddresses: NamedSet(table, name, key: [address])
        case .noEndpoints, .restricted: NamedSet(table, name, key: frontend)
        case .noEndpointNodePorts: NamedSet(table, name, key: nodePort)
        case .counts, .nodePortCounts: counting(NamedSet(table, name, key: self == .counts ? frontend : nodePort))
        case .sourceRanges:
            NamedSet(table, name, key: [address, .inetProtocol, .inetService, address], flags: .interval)
        case .affinity:
            NamedSet(
                table,
                name,
                key: [family == .ipv4 ? address : .mark, .classID],
                to: .value([.mark]),
                flags: [.dynamic, .timeout],
                size: Self.affinitySize
            )
        case .affinityAlive: NamedSet(table, name, key: [.mark, .classID], to: classID)
        case .affinitySlot: NamedSet(table, name, key: [.classID], to: .value([.mark]))
        }
    }

    private func counting(_ set: NamedSet) -> NamedSet {
        var set = set
        set.countsPackets = true
        return set
    }

    /// The most clients that are remembered; beyond them, new clients are sent to any endpoint each time.
    static let affinitySize: UInt32 = 1 << 20
}
