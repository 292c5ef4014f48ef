import BenchScenarios
import IPVS
import LinuxSystem
import NetworkTypes

/// What of mode ipvs can be seen in the kernel of a network namespace, whoever did it.
///
/// It asks over netlink: /proc/net/ip_vs leaves servers out while another namespace has some, too (docs/kernel-notes.md).
final class VirtualServerView {
    private var connection: IPVSConnection

    init(_ namespace: NetworkNamespace) throws { connection = try .open(in: namespace) }

    /// How many virtual servers of TCP there are: one for each Service of the bench.
    func count() throws -> Int {
        try connection.virtualServers().count { $0.server.id.transport == .tcp }
    }

    /// Whether a Service's virtual server leads to an address.
    func leads(from service: Int, to address: IPv4Address) throws -> Bool {
        let id = VirtualServerID(.tcp, .v4(SyntheticCluster.clusterIP(service)), SyntheticCluster.port)
        return try connection.realServers(of: id).contains { $0.server.endpoint.address == .v4(address) }
    }
}
