import Conntrack
import IPVS
import Netlink
import NetworkTypes

/// The connections of TCP that virtual servers still lead while rules serve in their place.
///
/// IPVS itself can't tell. It counts a connection that has ended on one side as inactive, though it goes on; and where a
/// client takes a port again, it takes answers of the new connection, which rules lead, for those of the old one, and
/// counts that as active for as long as there is traffic. Connection tracking knows which connections began before the
/// rules: modes ipvs, ours and kube-proxy's, make virtual servers take part in it (`net.ipv4.vs.conntrack`).
struct LedFlows: Sendable {
    /// A second look comes so much later than the first: what old rules led to virtual servers has arrived by then.
    static let grace = Duration.seconds(1)

    private enum Progress {
        /// Nobody has looked.
        case none
        /// The rules serve, and packets may be on their way.
        case begun
        /// The flows that were there at the second look, and have not ended; later ones are led by rules.
        case known(Set<UInt32>)
    }

    private let mayBeTranslated: Bool
    private var progress = Progress.none

    /// Begins; nobody has looked.
    ///
    /// - Parameter mayBeTranslated: whether rules led some to the virtual servers, as those of our mode ipvs do with node
    ///   ports; kube-proxy's mode ipvs has none that do.
    init(mayBeTranslated: Bool) { self.mayBeTranslated = mayBeTranslated }

    /// Looks which virtual servers are needed.
    ///
    /// - Parameters:
    ///   - servers: the virtual servers that are meant.
    ///   - connected: tells of one the endpoints that IPVS knows connections of; not asked at the first look.
    /// - Returns: at the first look all; then those with connections that were there at the second one and go on.
    /// - Throws: when IPVS or connection tracking can't be asked.
    mutating func needed(
        among servers: [VirtualServerID],
        connected: (VirtualServerID) throws -> Set<IPEndpoint>
    ) throws -> Set<VirtualServerID> {
        if case .none = progress {
            progress = .begun
            return Set(servers)
        }
        var leading: [VirtualServerID: Set<IPEndpoint>] = [:]
        for id in servers where id.transport == .tcp {
            let endpoints = try connected(id)
            if !endpoints.isEmpty { leading[id] = endpoints }
        }
        var led = try flows(of: leading)
        if case .known(let earlier) = progress { led = led.filter { earlier.contains($0.key) } }
        progress = .known(Set(led.keys))
        return led.values.reduce(into: []) { $0.formUnion($1) }
    }

    /// The flows that go on and may be led by virtual servers, each with these, by the numbers of the flows.
    private func flows(
        of servers: [VirtualServerID: Set<IPEndpoint>]
    ) throws(NetlinkError) -> [UInt32: Set<VirtualServerID>] {
        guard !servers.isEmpty else { return [:] }
        var byEndpoint: [IPEndpoint: Set<VirtualServerID>] = [:]
        for (id, endpoints) in servers {
            for endpoint in endpoints { byEndpoint[endpoint, default: []].insert(id) }
        }
        var connection = try ConntrackConnection.open()
        var led: [UInt32: Set<VirtualServerID>] = [:]
        for flow in try connection.openConnections(Set(servers.keys.map(\.family))) {
            let leaders = leaders(of: flow, servers, byEndpoint)
            if let id = flow.id, !leaders.isEmpty { led[id] = leaders }
        }
        return led
    }

    /// A flow whose destination rules translated goes to a virtual server if that is where they led it, which is not
    /// seen any more: so any one that leads to its endpoint may be meant.
    private func leaders(
        of flow: Flow,
        _ servers: [VirtualServerID: Set<IPEndpoint>],
        _ byEndpoint: [IPEndpoint: Set<VirtualServerID>]
    ) -> Set<VirtualServerID> {
        guard let destination = flow.original.destinationPort, let source = flow.reply.sourcePort else { return [] }
        if flow.status.contains(.destinationTranslated) {
            guard mayBeTranslated else { return [] }
            return byEndpoint[IPEndpoint(address: flow.reply.source, port: source)] ?? []
        }
        let id = VirtualServerID(.tcp, flow.original.destination, destination)
        return servers[id] == nil ? [] : [id]
    }
}
