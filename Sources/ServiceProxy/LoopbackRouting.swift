import LinuxSystem
import NFTables
import NFTablesInspect

/// Whether the kernel sends packets with a loopback address over other links, and takes them from there, as node ports
/// on 127.0.0.1 need it: route_localnet of networking/ip-sysctl.rst.
///
/// The rules that keep the link out of 127.0.0.0/8 must be there first, and go last.
public enum LoopbackRouting {
    private static let parameter = "net.ipv4.conf.all.route_localnet"

    /// Allows it in the calling thread's network namespace.
    ///
    /// - Throws: the kernel's refusal to write the parameter.
    public static func allow() throws { _ = try Sysctl.ensure(parameter, "1") }

    /// Ends it where a table of mode nftables is there that guards against it, because that is about to go.
    ///
    /// - Returns: whether there was something to end.
    /// - Throws: the kernel's refusal.
    public static func endWithTable() throws -> Bool {
        guard try Sysctl.read(parameter) == "1" else { return false }
        let ruleset = try RulesetReader().read((family: .ip, name: NFTablesBackend.tableName))
        let chains = ruleset.table(.ip, NFTablesBackend.tableName)?.chains ?? []
        guard chains.contains(where: { $0.name == LayoutRules.loopbackGuardName }) else { return false }
        try Sysctl.write(parameter, "0")
        return true
    }
}
