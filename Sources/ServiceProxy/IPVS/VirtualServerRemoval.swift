import IPVS
import NetworkTypes

/// Takes virtual servers out of the calling thread's network namespace when something else serves in their place.
struct VirtualServerRemoval {
    /// Those that were removed.
    private(set) var gone: [VirtualServerID] = []
    /// Those that were kept for the connections that they lead.
    private(set) var busy: [VirtualServerID] = []

    /// Removes virtual servers, with the flows of UDP that they led.
    ///
    /// - Parameters:
    ///   - keepsBusy: whether those of TCP with connections stay; a datagram finds another endpoint as well.
    ///   - isChosen: which ones are meant.
    /// - Returns: what became of them; nothing on a kernel without IPVS.
    /// - Throws: when the kernel can't be asked, or one can't be removed.
    static func run(keepsBusy: Bool, _ isChosen: (VirtualServerID) -> Bool) throws -> VirtualServerRemoval {
        var removal = VirtualServerRemoval()
        var connection: IPVSConnection
        do throws(IPVSError) {
            connection = try .open()
        } catch {
            if error.code == .unsupported { return removal }
            throw error
        }
        for id in try connection.virtualServers().map(\.server.id) where isChosen(id) {
            let isBusy =
                try keepsBusy && id.transport == .tcp
                && connection.realServers(of: id).contains { $0.activeConnections > 0 }
            if isBusy { removal.busy.append(id) } else { removal.gone.append(id) }
        }
        let outcome = try connection.apply(removal.gone.map { .deleteVirtualServer($0) })
        if let failure = outcome.failures.first(where: { $0.error.code != .notFound }) { throw failure.error }
        _ = try BalancedFlows.forget(of: removal.gone)
        return removal
    }
}
