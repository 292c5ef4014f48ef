import NFTables
import Netlink
import NetworkTypes
import NodeNetwork
import RouteNetlink
import ServiceProxy

/// Removes from the kernel whatever weftd wrote there: `weftd cleanup`.
public enum NodeCleanup {
    /// Removes our nf_tables tables and routes from this network namespace.
    ///
    /// Kernel parameters stay: others may rely on forwarding by now.
    /// - Returns: one line for each thing that was removed; empty when there was nothing of ours.
    /// - Throws: `.privilege`, or `.cleanup` with what could not be removed, after all else was.
    public static func run() throws -> [String] {
        try Privileges.check()
        var removed: [String] = []
        var failures: [String] = []
        for family in IPFamily.allCases {
            do {
                if try removeTable(family) {
                    removed.append("table \(family == .ipv4 ? "ip" : "ip6") \(NFTablesBackend.tableName)")
                }
            } catch {
                failures.append("\(error)")
            }
        }
        do {
            var routes = HostGatewayRoutes(try RouteConnection.open())
            removed += try routes.removeAll().map { "route \($0)" }
        } catch {
            failures.append("\(error)")
        }
        guard failures.isEmpty else { throw NodeDaemonError(.cleanup, failures.joined(separator: "; ")) }
        return removed
    }

    private static func removeTable(_ family: IPFamily) throws(NFTablesError) -> Bool {
        var connection = try NFTablesConnection()
        var transaction = Transaction()
        transaction.delete(Table(TableID(family == .ipv4 ? .ip : .ip6, NFTablesBackend.tableName)))
        do {
            try connection.commit(transaction)
            return true
        } catch  where error.isNotFound {
            return false
        }
    }
}
