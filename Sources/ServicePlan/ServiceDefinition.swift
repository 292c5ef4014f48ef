import ClusterModel
import NetworkTypes

/// What the plan keeps of one Service, with its addresses parsed and its faults left out.
struct ServiceDefinition: Hashable, Sendable {
    var key: ObjectKey
    var clusterIPs: [IPAddress] = []
    var externalIPs: [IPAddress] = []
    /// With ipMode VIP or none; the others are the load balancer's own business.
    var loadBalancerIPs: [IPAddress] = []
    /// Empty: no restriction.
    var sourceRanges: [IPPrefix] = []
    var ports: [ServicePortDefinition] = []
    /// The policy of ClusterIPs is Local.
    var internalLocal = false
    /// The policy of all other frontends is Local.
    var externalLocal = false
    var affinitySeconds: Int?
    var healthCheckNodePort: Port?
    /// Connections of TCP to endpoints that are gone are ended.
    var cleansConnections = false
    /// Programmed before others.
    var isPriority = false
    /// How mode ipvs picks an endpoint.
    var scheduler: String?

    /// The Service's ClusterIP of a family; a Service without one has no rules in that family.
    func clusterIP(_ family: IPFamily) -> IPAddress? { clusterIPs.first { $0.family == family } }

    /// Whether a port of it can be reached other than by ClusterIP in a family.
    func isExternallyAccessible(_ port: ServicePortDefinition, _ family: IPFamily) -> Bool {
        port.nodePort != nil || externalIPs.contains { $0.family == family }
            || loadBalancerIPs.contains { $0.family == family }
    }

    /// All addresses and ports that it would take, in the families that it has a ClusterIP of.
    var claims: [(ServicePortIdentity, IPFamily, Frontend)] {
        IPFamily.allCases.flatMap { family in
            ports.flatMap { port in
                frontends(of: port, family).map { (identity(of: port), family, $0) }
            }
        }
    }

    func identity(of port: ServicePortDefinition) -> ServicePortIdentity {
        ServicePortIdentity(service: key, portName: port.name, transport: port.transport)
    }

    /// The ways into a port in a family, as yet without a treatment.
    func frontends(of port: ServicePortDefinition, _ family: IPFamily) -> [Frontend] {
        guard let clusterIP = clusterIP(family) else { return [] }
        var found = [Frontend(kind: .clusterIP, address: clusterIP, port: port.port, treatment: .reject)]
        for address in externalIPs where address.family == family && address != clusterIP {
            found.append(Frontend(kind: .externalIP, address: address, port: port.port, treatment: .reject))
        }
        let ranges = sourceRanges.filter { $0.family == family }
        for address in loadBalancerIPs
        where address.family == family && !found.contains(where: { $0.address == address }) {
            found.append(
                Frontend(
                    kind: .loadBalancer,
                    address: address,
                    port: port.port,
                    treatment: .reject,
                    sourceRanges: ranges
                )
            )
        }
        if let nodePort = port.nodePort {
            found.append(Frontend(kind: .nodePort, address: nil, port: nodePort, treatment: .reject))
        }
        return found
    }
}

/// What the plan keeps of one port of a Service.
struct ServicePortDefinition: Hashable, Sendable {
    var name: String
    var transport: TransportProtocol
    var port: Port
    var nodePort: Port?
}

/// What the plan keeps of one EndpointSlice, with its faults left out.
struct SliceDefinition: Hashable, Sendable {
    var service: ObjectKey
    var family: IPFamily
    var ports: [SlicePort] = []
    var endpoints: [SliceEndpoint] = []
}

/// A port of a slice; a Service port of the same name and protocol leads to it.
struct SlicePort: Hashable, Sendable {
    var name: String
    var transport: TransportProtocol
    var port: Port
}

/// An endpoint of a slice: only the first address counts.
struct SliceEndpoint: Hashable, Sendable {
    var address: IPAddress
    var isLocal: Bool
    var conditions: EndpointConditions
    var hints: TopologyHints
    /// Its share in mode ipvs.
    var weight = 1
}
