import NFTables
import NetworkTypes

/// The tables of kube-proxy's mode nftables.
enum KubeProxyTables {
    private static let tables = IPFamily.allCases.map { TableID(TableFamily($0), "kube-proxy") }

    static func find() throws -> [String] {
        let access = try KernelTableAccess()
        return try tables.filter { try access.isPresent($0) }.map { "table \($0)" }
    }

    static func remove() throws -> [String] { try KernelTableAccess().remove(tables).map { "table \($0)" } }
}
