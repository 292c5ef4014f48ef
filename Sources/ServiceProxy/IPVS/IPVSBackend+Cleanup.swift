import IPVS
import NFTables
import Netlink
import NetworkTypes
import RouteNetlink

extension IPVSBackend {
    /// Removes everything of mode ipvs from the calling thread's network namespace: tables, routes and virtual servers,
    /// of both families.
    ///
    /// A kernel without IPVS is not asked to load it.
    ///
    /// - Returns: one line for each kind of thing that was removed; empty when there was nothing of ours.
    /// - Throws: when the kernel can't be asked, or something can't be removed.
    public static func cleanup() throws -> [String] { try removal(keepsBusy: false).removed }

    /// Removes what has no connections: those that virtual servers lead would end with these.
    ///
    /// To be called when another mode serves all new connections, until nothing is busy any more.
    /// - Returns: one line for each kind of thing that was removed, and how many virtual servers are busy.
    /// - Throws: as ``cleanup()``.
    public static func cleanupOfIdle() throws -> (removed: [String], busy: Int) { try removal(keepsBusy: true) }

    private static func removal(keepsBusy: Bool) throws -> (removed: [String], busy: Int) {
        var removed: [String] = []
        var busy = 0
        for family in IPFamily.allCases { removed += try cleanup(family, keepsBusy, &busy) }
        return (removed, busy)
    }

    private static func cleanup(_ family: IPFamily, _ keepsBusy: Bool, _ busy: inout Int) throws -> [String] {
        var removed: [String] = []
        let tables = try KernelTableAccess()
        let table = TableID(TableFamily(family), tableName)
        let hadTable = try tables.present(table) != nil
        if hadTable {
            var transaction = Transaction()
            transaction.delete(Table(table))
            _ = try tables.commit(transaction)
            removed.append("table \(table)")
        }
        var routes = try LocalRoutes()
        let addresses = Set(try routes.list(family).keys)
        guard hadTable || !addresses.isEmpty else { return removed }
        let servers = try removeServers(family, addresses, keepsBusy)
        if !servers.gone.isEmpty { removed.append("\(servers.gone.count) \(family) virtual servers") }
        busy += servers.busy.count
        let idle = addresses.subtracting(servers.busy.compactMap { $0.endpoint?.address })
        try routes.remove(idle.sorted())
        if !idle.isEmpty { removed.append("\(idle.count) local \(family) routes") }
        return removed
    }

    /// Removes the virtual servers before the routes that tell which are ours: what is cut short can be done again.
    private static func removeServers(
        _ family: IPFamily,
        _ addresses: Set<IPAddress>,
        _ keepsBusy: Bool
    ) throws -> VirtualServerRemoval {
        let range = VirtualAddressPool.standardRange(family)
        let others = try addressesOnLinks(family)
        return try VirtualServerRemoval.run(keepsBusy: keepsBusy) { id in
            guard let address = id.endpoint?.address, !others.contains(address) else { return false }
            return addresses.contains(address) || range.contains(address)
        }
    }

    /// What stands on an address of a link is of whoever gave it that: kube-proxy's mode ipvs, come back.
    private static func addressesOnLinks(_ family: IPFamily) throws -> Set<IPAddress> {
        var connection = try RouteConnection.open()
        return Set(try connection.addresses().lazy.map(\.prefix.address).filter { $0.family == family })
    }
}
