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
    /// The real servers that get nothing new, and go when nobody is connected to them any more.
    private(set) var draining: [VirtualServerID: Set<IPEndpoint>] = [:]
    private var counts: [IPAddress: Int] = [:]

    /// Starts with what was found.
    init(_ entries: [VirtualServerID: Entry] = [:]) {
        self.entries = entries
        for id in entries.keys { count(id, 1) }
    }

    /// Whether a virtual server stands on an address.
    func stands(on address: IPAddress) -> Bool { counts[address] != nil }

    /// Makes a virtual server as wanted, but for real servers of TCP that are to go: these begin to drain.
    mutating func change(_ id: VirtualServerID, to wanted: CanonicalServer?, _ changes: inout Changes) {
        draining[id] = nil
        guard let wanted else {
            remove(id, &changes)
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
        if entry.weights.count > wanted.realServers.count {
            let stay = Set(wanted.realServers.map(\.endpoint))
            retire(id, &entry, entry.weights.keys.filter { !stay.contains($0) }.sorted(), &changes.first)
        }
        entries[id] = entry
    }

    /// Removes the draining real servers of a virtual server that nobody is connected to, and with the last one the
    /// virtual server, if it is not wanted.
    mutating func settle(
        _ id: VirtualServerID,
        isWanted: Bool,
        busy: Set<IPEndpoint>,
        _ changes: inout Changes
    ) {
        guard let drained = draining[id], var entry = entries[id] else { return }
        let left = drained.intersection(busy)
        draining[id] = left.isEmpty ? nil : left
        if left.isEmpty, !isWanted {
            forget(id, &changes)
            return
        }
        for endpoint in drained.subtracting(left).sorted() {
            changes.last.append(.deleteRealServer(endpoint, of: id))
            entry.weights[endpoint] = nil
        }
        entries[id] = entry
    }

    private mutating func remove(_ id: VirtualServerID, _ changes: inout Changes) {
        guard var entry = entries[id] else { return }
        guard id.transport == .tcp, !entry.weights.isEmpty else {
            forget(id, &changes)
            return
        }
        retire(id, &entry, entry.weights.keys.sorted(), &changes.last)
        entries[id] = entry
    }

    private mutating func forget(_ id: VirtualServerID, _ changes: inout Changes) {
        changes.last.append(.deleteVirtualServer(id))
        entries[id] = nil
        count(id, -1)
    }

    /// Lets real servers go.
    ///
    /// A connection of TCP lives on while its endpoint does; a datagram finds another endpoint as well. Whether somebody
    /// is connected can only be asked when nobody new comes: so weight 0 is first.
    private mutating func retire(
        _ id: VirtualServerID,
        _ entry: inout Entry,
        _ endpoints: [IPEndpoint],
        _ changes: inout [IPVSChange]
    ) {
        for endpoint in endpoints {
            guard id.transport == .tcp else {
                changes.append(.deleteRealServer(endpoint, of: id))
                entry.weights[endpoint] = nil
                continue
            }
            draining[id, default: []].insert(endpoint)
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
