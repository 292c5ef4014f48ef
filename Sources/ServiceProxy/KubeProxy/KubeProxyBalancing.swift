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
    func remove() throws -> Outcome {
        var outcome = Outcome()
        var routes = try RouteConnection.open()
        if let link = try routes.link(named: Self.linkName) {
            let all = try routes.addresses()
            let kubeProxys = Set(all.lazy.filter { $0.link == link.index }.map(\.prefix.address))
            let nodes = Set(all.lazy.filter { $0.link != link.index }.map(\.prefix.address))
            let own = kubeProxys.subtracting(try takenOver())
            let servers = try VirtualServerRemoval.run(keepsBusy: true) { isKubeProxys($0, own, nodes) }
            outcome.busy = servers.busy.map { "virtual server \($0)" }
            if !servers.gone.isEmpty { outcome.removed.append("\(servers.gone.count) virtual servers") }
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

    /// The addresses whose virtual servers mode ipvs uses now, and makes local itself.
    private func takenOver() throws -> Set<IPAddress> {
        guard keepsOwn else { return [] }
        var routes = try LocalRoutes()
        return Set(try routes.list(.ipv4).keys).union(try routes.list(.ipv6).keys)
    }

    private func isKubeProxys(_ id: VirtualServerID, _ own: Set<IPAddress>, _ nodes: Set<IPAddress>) -> Bool {
        guard let endpoint = id.endpoint,
            !excluded.contains(where: { $0.family == endpoint.family && $0.contains(endpoint.address) })
        else { return false }
        return own.contains(endpoint.address)
            || nodes.contains(endpoint.address) && Self.nodePorts.contains(endpoint.port.rawValue)
    }
}
