import IPVS
import Netlink
import NetworkTypes
import RouteNetlink

/// The virtual servers of kube-proxy's mode ipvs, the link that carries their addresses, and its sets of ipset.
struct KubeProxyBalancing {
    static let linkName = "kube-ipvs0"
    /// The API server's range of node ports unless it is told another one.
    private static let nodePorts: ClosedRange<UInt16> = 30000...32767

    /// Whether mode ipvs runs here: virtual servers on addresses of its local routes are its own.
    let keepsOwn: Bool
    let excluded: [IPPrefix]
    private var flows = LedFlows(mayBeTranslated: false)
    private var isRedirected = false

    init(keepsOwn: Bool, excluded: [IPPrefix]) {
        self.keepsOwn = keepsOwn
        self.excluded = excluded
    }

    struct Outcome {
        var removed: [String] = []
        var busy: [String] = []
    }

    static func isPresent() throws -> Bool {
        var connection = try RouteConnection.open()
        return try connection.link(named: linkName) != nil
    }

    /// Removes what has no connections, and the link when nothing of it has any.
    ///
    /// Without the link nobody can tell whose virtual servers there are, so none is touched.
    mutating func remove() throws -> Outcome {
        var outcome = Outcome()
        var routes = try RouteConnection.open()
        if let link = try routes.link(named: Self.linkName) {
            let all = try routes.addresses()
            let kubeProxys = all.filter { $0.link == link.index }
            let nodes = all.filter { $0.link != link.index }
            let sources = KubeProxySources(link: link.index, addresses: Set(kubeProxys.map(\.prefix.address)))
            if !isRedirected {
                let node = nodes.first { $0.scope == .global && $0.prefix.address.family == .ipv4 }
                try sources.redirect(to: node?.prefix.address, &routes)
                isRedirected = true
            }
            try removeServers(sources, nodes: Set(nodes.map(\.prefix.address)), &outcome)
            if outcome.busy.isEmpty, try routes.deleteLink(.index(link.index)) {
                outcome.removed.append("link \(Self.linkName)")
            }
        }
        if outcome.busy.isEmpty {
            let sets = try KubeProxySets.remove()
            if sets > 0 { outcome.removed.append("\(sets) sets of ipset") }
        }
        return outcome
    }

    private mutating func removeServers(
        _ sources: KubeProxySources,
        nodes: Set<IPAddress>,
        _ outcome: inout Outcome
    ) throws {
        let own = sources.addresses.subtracting(try takenOver())
        let servers = try VirtualServerRemoval.idle(&flows) { [excluded] id in
            guard let endpoint = id.endpoint else { return false }
            let address = endpoint.address
            if excluded.contains(where: { $0.family == address.family && $0.contains(address) }) { return false }
            return own.contains(address) || nodes.contains(address) && Self.nodePorts.contains(endpoint.port.rawValue)
        }
        outcome.busy = servers.busy.map { "virtual server \($0)" }
        if !servers.gone.isEmpty { outcome.removed.append("\(servers.gone.count) virtual servers") }
        if outcome.busy.isEmpty {
            outcome.busy = try sources.inUse().sorted().map { "\($0) of link \(Self.linkName)" }
        }
    }

    /// The addresses whose virtual servers mode ipvs uses now, and makes local itself.
    private func takenOver() throws -> Set<IPAddress> {
        guard keepsOwn else { return [] }
        var routes = try LocalRoutes()
        return try routes.addresses()
    }
}
