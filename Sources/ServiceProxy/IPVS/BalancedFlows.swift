import Conntrack
import IPVS
import Netlink
import NetworkTypes

/// Flows that virtual servers lead.
///
/// Connection tracking knows them, but where no rule translated their destination it does nothing to them: without the
/// virtual server they go nowhere, and as they are not new, no rule of another mode sees them. A connection of TCP is
/// begun anew; a flow of UDP that goes on, or of a client that takes the same port once more, would be lost for minutes.
enum BalancedFlows {
    /// Forgets the flows of UDP whose virtual servers are gone: what comes next is new, for whoever serves it now.
    ///
    /// - Returns: how many there were.
    static func forget(of gone: [VirtualServerID]) throws(NetlinkError) -> Int {
        let places = Set(gone.lazy.filter { $0.transport == .udp }.compactMap(\.endpoint))
        guard !places.isEmpty else { return 0 }
        var connection = try ConntrackConnection.open()
        var flows: [Flow] = []
        for family in Set(places.map(\.family)) {
            flows += try connection.dump(FlowFilter(family: family, .udp)).filter { flow in
                guard !flow.status.contains(.destinationTranslated), let port = flow.original.destinationPort
                else { return false }
                return places.contains(IPEndpoint(address: flow.original.destination, port: port))
            }
        }
        return flows.isEmpty ? 0 : try connection.delete(flows)
    }
}
