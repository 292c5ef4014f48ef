import IPVS
import NFTables
import Netlink
import NetworkTypes

extension IPVSBackend {
    /// Removes everything of mode ipvs from the calling thread's network namespace: tables, routes and virtual servers,
    /// of both families.
    ///
    /// A kernel without IPVS is not asked to load it.
    ///
    /// - Returns: one line for each kind of thing that was removed; empty when there was nothing of ours.
    /// - Throws: when the kernel can't be asked, or something can't be removed.
    public static func cleanup() throws -> [String] {
        var removed: [String] = []
        for family in IPFamily.allCases { removed += try cleanup(family) }
        return removed
    }

    private static func cleanup(_ family: IPFamily) throws -> [String] {
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
        let servers = try removeServers(family, addresses)
        if !servers.isEmpty { removed.append("\(servers.count) \(family) virtual servers") }
        try routes.remove(addresses.sorted())
        if !addresses.isEmpty { removed.append("\(addresses.count) local \(family) routes") }
        return removed
    }

    /// Removes the virtual servers before the routes that tell which are ours: what is cut short can be done again.
    private static func removeServers(_ family: IPFamily, _ addresses: Set<IPAddress>) throws -> [VirtualServerID] {
        let range = VirtualAddressPool.standardRange(family)
        var connection: IPVSConnection
        do throws(IPVSError) {
            connection = try .open()
        } catch {
            if error.code == .unsupported { return [] }
            throw error
        }
        let ours = try connection.virtualServers().map(\.server.id).filter { id in
            guard let address = id.endpoint?.address else { return false }
            return addresses.contains(address) || range.contains(address)
        }
        let outcome = try connection.apply(ours.map { .deleteVirtualServer($0) })
        if let failure = outcome.failures.first(where: { $0.error.code != .notFound }) { throw failure.error }
        return ours
    }
}
