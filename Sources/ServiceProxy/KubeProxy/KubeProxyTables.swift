import NFTables
import NetworkTypes

/// The tables of kube-proxy's mode nftables.
enum KubeProxyTables {
    private static let tables = IPFamily.allCases.map { TableID(TableFamily($0), "kube-proxy") }

    static func find() throws -> [String] {
        let access = try KernelTableAccess()
        return try tables.filter { try access.isPresent($0) }.map { "table \($0)" }
    }

    static func remove() throws -> [String] {
        let access = try KernelTableAccess()
        var removed: [String] = []
        for table in tables where try access.isPresent(table) {
            var transaction = Transaction()
            transaction.delete(Table(table))
            do {
                _ = try access.commit(transaction)
                removed.append("table \(table)")
            } catch let error as NFTablesError where error.isNotFound {
                // Somebody else was faster.
            }
        }
        return removed
    }
}
