import IPVS
import NFTables
import NetworkTypes

/// The way to what mode ipvs writes beside its table: the kernel's, or in tests one in memory.
protocol VirtualServerAccess: TableAccess {
    /// Makes the settings that the mode depends on; returns those that were otherwise, in words.
    func prepare(_ configuration: ProxyConfiguration) throws -> [String]
    /// Whether the kernel has a scheduler, or can load it.
    func hasScheduler(_ name: String) throws -> Bool
    /// All virtual servers of a family, whoever made them.
    func virtualServers(_ family: IPFamily) throws -> [VirtualServer]
    /// The real servers of a virtual server, with the connections that they have.
    func realServers(of id: VirtualServerID) throws -> [RealServerStatus]
    /// Makes changes in their order; the first refusal is thrown, and all others are in force.
    func apply(_ changes: [IPVSChange]) throws
    /// The addresses that routes of ours make local, each with the source that the node uses to get there.
    func localRoutes(_ family: IPFamily) throws -> [IPAddress: IPAddress?]
    /// Makes addresses local, or gives those that are ours already another source.
    func addLocalRoutes(_ addresses: [IPAddress], source: IPAddress?) throws
    /// Takes routes of ours away; those that are gone already are no error.
    func removeLocalRoutes(_ addresses: [IPAddress]) throws
    /// Whether an address is one of the node's.
    func isLocal(_ address: IPAddress) throws -> Bool
}
