import IPVS
import NFTables
import NetworkTypes

/// What mode ipvs knows of the kernel.
struct BalancedState: Sendable {
    var layout: BalancedLayout
    var servers: ServerTable
    /// The addresses that routes of ours make local.
    var routes: Set<IPAddress>
    /// The address that the node's own packets to virtual servers carry; nil: the kernel's choice.
    var source: IPAddress?
    /// When the connections of draining real servers were counted.
    var lastDrain = ContinuousClock.now

    init(layout: BalancedLayout, servers: ServerTable, routes: Set<IPAddress>, source: IPAddress?) {
        self.layout = layout
        self.servers = servers
        self.routes = routes
        self.source = source
    }

    /// Takes over what is to be written for some virtual servers and addresses; the rules are the caller's.
    mutating func write(servers ids: Set<VirtualServerID>, addresses: Set<IPAddress>) -> BalancedWrite {
        var write = BalancedWrite()
        for id in ids.sorted() {
            servers.change(id, to: layout.servers[id], &write.servers)
            if servers.draining[id] != nil { write.draining.append(id) }
        }
        route(addresses.union(ids.compactMap { $0.endpoint?.address }), &write)
        return write
    }

    /// Takes over what is to be written because connections have ended.
    ///
    /// - Parameters:
    ///   - changed: virtual servers that are looked at in any case.
    ///   - interval: how long to leave all others alone between two looks.
    ///   - access: tells who is connected.
    /// - Returns: what goes.
    /// - Throws: why the kernel could not be asked.
    mutating func settle(
        _ changed: [VirtualServerID],
        _ interval: Duration,
        _ access: any VirtualServerAccess
    ) throws -> BalancedWrite {
        var ids = Set(changed)
        if .now - lastDrain >= interval {
            lastDrain = .now
            ids.formUnion(servers.draining.keys)
        }
        var write = BalancedWrite()
        for id in ids.sorted() {
            let statuses = try access.realServers(of: id)
            let busy = statuses.filter(\.hasConnections).map(\.server.endpoint)
            servers.settle(id, isWanted: layout.servers[id] != nil, busy: Set(busy), &write.servers)
        }
        route(Set(ids.compactMap { $0.endpoint?.address }), &write)
        return write
    }

    /// Makes addresses local that are needed, and others not.
    private mutating func route(_ addresses: Set<IPAddress>, _ write: inout BalancedWrite) {
        for address in addresses.sorted() {
            let isNeeded = layout.addresses[address] != nil || servers.stands(on: address)
            if isNeeded, routes.insert(address).inserted {
                write.newRoutes.append(address)
            } else if !isNeeded, routes.remove(address) != nil {
                write.oldRoutes.append(address)
            }
        }
    }
}
