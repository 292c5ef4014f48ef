import IPVS
import NetworkTypes

/// The virtual servers of ours that the kernel has, and how they become as wanted.
struct ServerTable: Sendable {
    /// One of them.
    struct Entry: Hashable, Sendable {
        var server: VirtualServer
        /// Its real servers; those with weight 0 get no new connections.
        var weights: [IPEndpoint: UInt32] = [:]
    }

    /// Changes by when they are to be made.
    struct Changes: Sendable {
        /// Before anything leads to what is new.
        var first: [IPVSChange] = []
        /// When nothing leads to what is gone.
        var last: [IPVSChange] = []
    }

    private(set) var entries: [VirtualServerID: Entry]
    /// Those with real servers that are only kept for the connections that they have.
    private(set) var draining: Set<VirtualServerID> = []
    private var counts: [IPAddress: Int] = [:]

    /// Starts with what was found.
    init(_ entries: [VirtualServerID: Entry] = [:]) {
        self.entries = entries
        for id in entries.keys { count(id, 1) }
    }

    /// Whether a virtual server stands on an address.
    func stands(on address: IPAddress) -> Bool { counts[address] != nil }

    /// Whether real servers are to go whose connections should be looked at before.
    ///
    /// Connections of TCP live on while their endpoint does; a datagram finds another endpoint as well.
    func losesConnections(_ id: VirtualServerID, _ wanted: CanonicalServer?) -> Bool {
        guard id.transport == .tcp, let entry = entries[id] else { return false }
        let stay = Set(wanted?.realServers.map(\.endpoint) ?? [])
        return entry.weights.keys.contains { !stay.contains($0) }
    }

    /// Makes a virtual server as wanted; real servers that are to go, but are busy, stay with weight 0.
    mutating func change(
        _ id: VirtualServerID,
        to wanted: CanonicalServer?,
        busy: Set<IPEndpoint>,
        _ changes: inout Changes
    ) {
        draining.remove(id)
        guard let wanted else {
            remove(id, busy, &changes)
            return
        }
        guard var entry = entries[id] else {
            changes.first.append(.addVirtualServer(wanted.server))
            changes.first += wanted.realServers.map { .addRealServer($0, to: id) }
            var weights = [IPEndpoint: UInt32](minimumCapacity: wanted.realServers.count)
            for server in wanted.realServers { weights[server.endpoint] = server.weight }
            entries[id] = Entry(server: wanted.server, weights: weights)
            count(id, 1)
            return
        }
        if entry.server != wanted.server {
            changes.first.append(.updateVirtualServer(wanted.server))
            entry.server = wanted.server
        }
        for server in wanted.realServers where entry.weights[server.endpoint] != server.weight {
            let isThere = entry.weights[server.endpoint] != nil
            changes.first.append(isThere ? .updateRealServer(server, of: id) : .addRealServer(server, to: id))
            entry.weights[server.endpoint] = server.weight
        }
        let stay = Set(wanted.realServers.map(\.endpoint))
        retire(id, &entry, entry.weights.keys.filter { !stay.contains($0) }.sorted(), busy, &changes.first)
        entries[id] = entry
    }

    private mutating func remove(_ id: VirtualServerID, _ busy: Set<IPEndpoint>, _ changes: inout Changes) {
        guard var entry = entries[id] else { return }
        guard entry.weights.keys.contains(where: busy.contains) else {
            changes.last.append(.deleteVirtualServer(id))
            entries[id] = nil
            count(id, -1)
            return
        }
        retire(id, &entry, entry.weights.keys.sorted(), busy, &changes.last)
        entries[id] = entry
    }

    private mutating func retire(
        _ id: VirtualServerID,
        _ entry: inout Entry,
        _ endpoints: [IPEndpoint],
        _ busy: Set<IPEndpoint>,
        _ changes: inout [IPVSChange]
    ) {
        for endpoint in endpoints {
            guard busy.contains(endpoint) else {
                changes.append(.deleteRealServer(endpoint, of: id))
                entry.weights[endpoint] = nil
                continue
            }
            draining.insert(id)
            guard entry.weights[endpoint] != 0 else { continue }
            changes.append(.updateRealServer(RealServer(endpoint, weight: 0), of: id))
            entry.weights[endpoint] = 0
        }
    }

    private mutating func count(_ id: VirtualServerID, _ difference: Int) {
        guard let address = id.endpoint?.address else { return }
        let left = (counts[address] ?? 0) + difference
        counts[address] = left > 0 ? left : nil
    }
}
