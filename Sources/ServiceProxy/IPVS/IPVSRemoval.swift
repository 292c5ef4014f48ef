import Glibc
import IPVS
import NFTables
import Netlink
import NetworkTypes
import RouteNetlink

/// Takes mode ipvs out of the calling thread's network namespace: tables, virtual servers and routes of both families.
///
/// Where another mode serves all that is new it goes look by look: the tables at the first, at later ones the virtual
/// servers whose connections have ended. A kernel without IPVS is not asked to load it.
public struct IPVSRemoval: Sendable {
    /// How long after the first look the second one may come: what the tables led to virtual servers has arrived then.
    public static let grace = LedFlows.grace

    private var flows = LedFlows(mayBeTranslated: true)
    /// The families of which something was there.
    private var families: Set<IPFamily> = []
    /// How many virtual servers are there yet.
    public private(set) var busyCount = 0

    /// Begins; nothing is touched yet.
    public init() {}

    /// Removes what nothing relies on any more; to be called until ``busyCount`` is 0.
    ///
    /// - Returns: one line for each kind of thing that was removed; empty when there was nothing of ours.
    /// - Throws: when the kernel can't be asked, or something can't be removed.
    public mutating func removeIdle() throws -> [String] {
        try remove { flows, isOurs in try .idle(&flows, isOurs) }
    }

    /// Removes all: connections that virtual servers lead end with these.
    ///
    /// - Returns: as ``removeIdle()``.
    /// - Throws: as ``removeIdle()``.
    public static func removeAll() throws -> [String] {
        var removal = IPVSRemoval()
        let removed = try removal.removeIdle()
        guard removal.busyCount > 0 else { return removed }
        // Somebody else may serve already: no connection of theirs is to be refused that a table has just led here.
        usleep(UInt32(grace / .microseconds(1)))
        return try removed + removal.remove { _, isOurs in try .all(isOurs) }
    }

    private mutating func remove(
        _ removeServers: (inout LedFlows, (VirtualServerID) -> Bool) throws -> VirtualServerRemoval
    ) throws -> [String] {
        let tables = try KernelTableAccess().remove(IPFamily.allCases.map(Self.table))
        families.formUnion(IPFamily.allCases.filter { tables.contains(Self.table($0)) })
        var removed = tables.map { "table \($0)" }
        var routes = try LocalRoutes()
        let ours = try routes.addresses()
        families.formUnion(ours.map(\.family))
        guard !families.isEmpty else { return removed }
        // Before the routes that tell which are ours: what is cut short can be done again.
        let others = try Self.addressesOnLinks()
        let servers = try removeServers(&flows) { [families] id in
            guard families.contains(id.family), let address = id.endpoint?.address, !others.contains(address) else {
                return false
            }
            return ours.contains(address) || VirtualAddressPool.standardRange(id.family).contains(address)
        }
        busyCount = servers.busy.count
        let idle = ours.subtracting(servers.busy.compactMap { $0.endpoint?.address })
        for family in IPFamily.allCases where families.contains(family) {
            let count = servers.gone.count { $0.family == family }
            if count > 0 { removed.append("\(count) \(family) virtual servers") }
            let addresses = idle.filter { $0.family == family }
            try routes.remove(addresses.sorted())
            if !addresses.isEmpty { removed.append("\(addresses.count) local \(family) routes") }
        }
        return removed
    }

    private static func table(_ family: IPFamily) -> TableID { TableID(TableFamily(family), IPVSBackend.tableName) }

    /// What stands on an address of a link is of whoever gave it that: kube-proxy's mode ipvs, come back.
    private static func addressesOnLinks() throws -> Set<IPAddress> {
        var connection = try RouteConnection.open()
        return Set(try connection.addresses().lazy.map(\.prefix.address))
    }
}
