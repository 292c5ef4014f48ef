import IPVS
import NetworkTypes

/// Takes virtual servers out of the calling thread's network namespace when something else serves in their place.
struct VirtualServerRemoval {
    /// Those that were removed.
    private(set) var gone: [VirtualServerID] = []
    /// Those that were kept for the connections that they lead.
    private(set) var busy: [VirtualServerID] = []

    /// Removes all, with the flows of UDP that they led.
    ///
    /// - Parameter isChosen: which ones are meant.
    /// - Returns: what became of them; nothing on a kernel without IPVS.
    /// - Throws: when the kernel can't be asked, or one can't be removed.
    static func all(_ isChosen: (VirtualServerID) -> Bool) throws -> VirtualServerRemoval {
        try run(isChosen) { _, _ in [] }
    }

    /// Removes those that no connection relies on, with the flows of UDP that they led: a datagram finds another endpoint.
    ///
    /// - Parameters:
    ///   - flows: what earlier looks have seen; at the first one nothing goes.
    ///   - isChosen: which ones are meant.
    /// - Returns: what became of them; nothing on a kernel without IPVS.
    /// - Throws: when the kernel can't be asked, or one can't be removed.
    static func idle(_ flows: inout LedFlows, _ isChosen: (VirtualServerID) -> Bool) throws -> VirtualServerRemoval {
        try run(isChosen) { connection, ids in
            try flows.needed(among: ids) { id in
                Set(try connection.realServers(of: id).filter(\.hasConnections).map(\.server.endpoint))
            }
        }
    }

    private static func run(
        _ isChosen: (VirtualServerID) -> Bool,
        needed: (inout IPVSConnection, [VirtualServerID]) throws -> Set<VirtualServerID>
    ) throws -> VirtualServerRemoval {
        var removal = VirtualServerRemoval()
        var connection: IPVSConnection
        do throws(IPVSError) {
            connection = try .open()
        } catch {
            if error.code == .unsupported { return removal }
            throw error
        }
        let chosen = try connection.virtualServers().map(\.server.id).filter(isChosen)
        let needed = try needed(&connection, chosen)
        for id in chosen {
            if needed.contains(id) { removal.busy.append(id) } else { removal.gone.append(id) }
        }
        let outcome = try connection.apply(removal.gone.map { .deleteVirtualServer($0) })
        if let failure = outcome.failures.first(where: { $0.error.code != .notFound }) { throw failure.error }
        _ = try BalancedFlows.forget(of: removal.gone)
        return removal
    }
}
