import LinuxSystem
public import NFTables
import NetworkTypes

/// What the rules of mode iptables counted, of which kube-proxy has metrics.
public struct IPTablesCounters: Hashable, Sendable {
    /// Forwarded packets of both families that connection tracking could not place; nil: none are dropped.
    public var invalidDropped: UInt64?
    /// First packets of connections to node ports on loopback; nil: there are no such node ports.
    public var loopbackAccepted: UInt64?

    /// Reads the counters of the calling thread's network namespace.
    ///
    /// - Parameter configuration: as the mode runs with.
    /// - Returns: the counters.
    /// - Throws: ``NFTablesError``.
    public static func read(_ configuration: ProxyConfiguration) throws(NFTablesError) -> IPTablesCounters {
        var connection = try NFTablesConnection()
        var counters = IPTablesCounters()
        for family in TableFamily.ofAddresses {
            let rules = try connection.counters(of: Chain(TableID(family, "filter"), TopChain.forward.name))
            // The drop stands before the two rules that accept.
            guard rules.count == 3, let dropped = rules[0] else { continue }
            counters.invalidDropped = (counters.invalidDropped ?? 0) + dropped.packets
        }
        guard configuration.takesNodePortsOnLoopback, configuration.nodePortAddresses.isEmpty,
            !configuration.takesNodePortsOnPrimaryAddress
        else { return counters }
        let jumps = try connection.counters(of: Chain(TableID(.ip, "nat"), TopChain.services.name)).suffix(2)
        if jumps.count == 2, let accepted = jumps.first ?? nil { counters.loopbackAccepted = accepted.packets }
        return counters
    }
}

extension TableFamily {
    fileprivate static var ofAddresses: [TableFamily] { IPFamily.allCases.map { TableFamily($0) } }
}
