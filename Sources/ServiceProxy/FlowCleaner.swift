import Conntrack
import Netlink
public import NetworkTypes

/// Removes stale flows from the kernel's connection tracking.
public struct FlowCleaner: Sendable {
    private let remove: @Sendable (IPFamily, StaleFlows) throws -> Int

    /// Cleans by a function of one's own, which returns the number of flows that it removed.
    public init(_ remove: @escaping @Sendable (IPFamily, StaleFlows) throws -> Int) { self.remove = remove }

    /// Cleans the connection tracking of the calling thread's network namespace.
    public static let kernel = FlowCleaner { family, stale in
        var connection = try ConntrackConnection.open()
        var flows: [Flow] = []
        for filter in stale.filters(family) { flows += try connection.dump(filter).filter(stale.contains) }
        return flows.isEmpty ? 0 : try connection.delete(flows)
    }

    /// Removes the stale flows of a family.
    ///
    /// - Parameters:
    ///   - family: the family.
    ///   - stale: which ones they are.
    /// - Returns: how many there were.
    /// - Throws: why the kernel's table could not be read or changed.
    public func clean(_ family: IPFamily, _ stale: StaleFlows) throws -> Int { try remove(family, stale) }
}
