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

    /// The virtual servers with draining real servers, if it is time to look at them again.
    mutating func drainable(_ interval: Duration) -> Set<VirtualServerID> {
        guard !servers.draining.isEmpty, .now - lastDrain >= interval else { return [] }
        lastDrain = .now
        return servers.draining
    }

    /// Takes over what is to be written for some virtual servers and addresses; the rules are the caller's.
    mutating func write(
        servers ids: Set<VirtualServerID>,
        addresses: Set<IPAddress>,
        _ access: any VirtualServerAccess
    ) throws -> BalancedWrite {
        var write = BalancedWrite()
        for id in ids.sorted() {
            let wanted = layout.servers[id]
            var busy: Set<IPEndpoint> = []
            if servers.losesConnections(id, wanted) {
                let statuses = try access.realServers(of: id)
                busy = Set(statuses.filter { $0.activeConnections + $0.inactiveConnections > 0 }.map(\.server.endpoint))
            }
            servers.change(id, to: wanted, busy: busy, &write.servers)
        }
        for address in addresses.union(ids.compactMap { $0.endpoint?.address }).sorted() {
            let isNeeded = layout.addresses[address] != nil || servers.stands(on: address)
            if isNeeded, routes.insert(address).inserted {
                write.newRoutes.append(address)
            } else if !isNeeded, routes.remove(address) != nil {
                write.oldRoutes.append(address)
            }
        }
        return write
    }
}

/// What is to be written, in the order in which no packet falls in a hole.
struct BalancedWrite: Sendable {
    var servers = ServerTable.Changes()
    var newRoutes: [IPAddress] = []
    var transaction = Transaction()
    var oldRoutes: [IPAddress] = []

    /// Whether there is nothing to write.
    var isEmpty: Bool { transaction.isEmpty && changeCount == 0 }

    /// How many virtual servers, real servers and routes change.
    var changeCount: Int { servers.first.count + newRoutes.count + oldRoutes.count + servers.last.count }

    /// The virtual servers that come and go.
    var passingServers: [VirtualServerID] {
        (servers.first + servers.last).compactMap { change in
            switch change {
            case .addVirtualServer, .deleteVirtualServer: change.virtualServer
            default: nil
            }
        }
    }

    /// Writes it; what was written before a failure stays.
    func run(_ access: any VirtualServerAccess, source: IPAddress?) throws -> CommitTimes {
        let start = ContinuousClock.now
        try access.apply(servers.first)
        try access.addLocalRoutes(newRoutes, source: source)
        let times = transaction.isEmpty ? CommitTimes() : try access.commit(transaction)
        try access.removeLocalRoutes(oldRoutes)
        try access.apply(servers.last)
        return CommitTimes(encode: times.encode, kernel: .now - start - times.encode)
    }
}
