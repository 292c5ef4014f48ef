import NFTables
import NetworkTypes
import ServicePlan

/// What mode ipvs has in the kernel for one Service port.
struct BalancedPort: Hashable, Sendable {
    /// One frontend of it.
    struct Row: FrontendRow, Hashable, Sendable {
        var kind: Frontend.Kind
        var address: IPAddress?
        var port: Port
        /// How it is treated; nil: it is rejected, for want of endpoints.
        var treatment: ServiceClass.Treatment?
        /// The virtual server that it leads to; nil if there is none, or if it stands there itself.
        var server: IPEndpoint?
        /// The same for clients from outside of an external traffic policy Local.
        var localServer: IPEndpoint?
        var sourceRanges: [IPPrefix] = []
    }

    var rows: [Row] = []
    var servers: [EndpointScope: CanonicalServer] = [:]
    /// The addresses of endpoints that may be their own clients.
    var hairpins: Set<IPAddress> = []

    /// Renders a spec, given its virtual servers.
    init(_ spec: ServicePortSpec, _ servers: [EndpointScope: CanonicalServer]) {
        self.servers = servers
        rows = spec.frontends.map { Self.row($0, servers) }
        let endpoints = spec.balancedScopes.flatMap(spec.endpoints)
        hairpins = Set(endpoints.lazy.filter(\.isLocal).map(\.endpoint.address))
    }

    private static func row(_ frontend: Frontend, _ servers: [EndpointScope: CanonicalServer]) -> Row {
        var row = Row(kind: frontend.kind, address: frontend.address, port: frontend.port)
        row.sourceRanges = frontend.sourceRanges
        switch frontend.treatment {
        case .reject: break
        case .drop: row.treatment = .discard
        case .externalLocal:
            row.treatment = .externalLocal
            row.server = servers[.cluster]?.endpoint
            row.localServer = servers[.local]?.endpoint
        case .balance(let scope, let masquerade):
            guard let server = servers[scope] else { break }
            row.treatment = ServiceClass.Treatment(masquerade)
            let isItself = frontend.address == server.endpoint.address && frontend.port == server.endpoint.port
            row.server = isItself ? nil : server.endpoint
        }
        return row
    }

    /// The ClusterIPs of the port.
    var clusterIPs: Set<IPAddress> { rows.clusterIPs }

    /// The addresses that must be the node's own, so that IPVS sees their packets.
    ///
    /// ClusterIPs are, with endpoints and without: what is for one of them never goes elsewhere.
    var virtualAddresses: Set<IPAddress> {
        clusterIPs.union(servers.values.lazy.filter(\.isPrivate).map(\.endpoint.address))
    }

    /// All that stands in the sets and maps for the port's frontends.
    func elements(_ identity: ServicePortIdentity) -> [PlacedElement] { rows.flatMap { $0.elements(identity) } }
}

extension BalancedPort.Row {
    /// The id of a treatment, as the rules look it up: "2:0" in a listing.
    static func number(_ treatment: ServiceClass.Treatment) -> ElementValue {
        LayoutKey.number(UInt32(treatment.rawValue) << 16)
    }

    /// What stands in the sets and maps for the frontend.
    func elements(_ identity: ServicePortIdentity) -> [PlacedElement] {
        let key = key(identity)
        var elements = [treatment(treatment.map(Self.number), identity)]
        func lead(_ set: LayoutSet, to server: IPEndpoint?) {
            guard let server else { return }
            elements.append(PlacedElement(set, SetElement(key, value: LayoutKey.endpoint(server))))
        }
        lead(isNodePort ? .nodePortVirtualServers : .virtualServers, to: server)
        lead(isNodePort ? .nodePortLocalVirtualServers : .localVirtualServers, to: localServer)
        return elements + restrictions(identity)
    }
}
