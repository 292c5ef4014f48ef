import NFTables
import NetworkTypes
import ServiceProxy

extension ProxyMode {
    /// The modes that write something.
    static let serving = allCases.filter { $0 != .none }

    /// The backends of this mode, one for each family that this network namespace can have addresses of; nothing is
    /// written yet.
    ///
    /// - Throws: `.kernel`, with the cause and the way out.
    func makeBackends(_ configuration: ProxyConfiguration) throws -> [any ProxyBackend] {
        let families = AddressFamilies.usable()
        do {
            return switch self {
            case .nftables: try families.map { try NFTablesBackend($0, configuration) }
            case .iptables: try families.map(Self.iptablesBackend(configuration))
            case .ipvs: try families.map { try IPVSBackend($0, configuration) }
            case .none: []
            }
        } catch let error as ProxyError where error.code == .unsupported {
            // It names the mode and the way out.
            throw NodeDaemonError(.kernel, error.text)
        } catch {
            throw unusable(error)
        }
    }

    /// The extensions are asked for at once: a rule with one that is missing would be refused later, again and again.
    private static func iptablesBackend(
        _ configuration: ProxyConfiguration
    ) -> (IPFamily) throws -> any ProxyBackend {
        { family in
            var connection = try NFTablesConnection()
            for needed in ExtensionID.essential where try !connection.has(needed, family) {
                throw NodeDaemonError(.kernel, "the kernel has no \(family) \(needed) for nf_tables")
            }
            return try IPTablesBackend(family, configuration)
        }
    }

    private func unusable(_ error: any Error) -> NodeDaemonError {
        let hint =
            switch self {
            case .nftables: "is nf_tables in the kernel? load it with: modprobe nf_tables"
            case .iptables: "are nf_tables and its nft_compat in the kernel? load them with: modprobe nft_compat"
            case .ipvs: "are ip_vs and nf_tables in the kernel? load them with: modprobe -a ip_vs nf_tables"
            case .none: "nothing of it is needed"
            }
        return NodeDaemonError(.kernel, "mode \(rawValue) can't be used: \(error); \(hint)")
    }

    /// Removes from the kernel what weftd wrote there in this mode; without it nothing happens.
    ///
    /// - Returns: one line for each thing that was removed.
    /// - Throws: ``PartialCleanup``, or the kernel's refusal.
    func removeState() throws -> [String] {
        switch self {
        case .nftables:
            try PartialCleanup.forEachFamily { family in
                let isGuarded = try family == .ipv4 && LoopbackRouting.endWithTable()
                return try (isGuarded ? ["route_localnet"] : [])
                    + Self.removeTable(TableID(TableFamily(family), NFTablesBackend.tableName))
            }
        case .iptables: try IPTablesBackend.cleanup()
        case .ipvs: try IPVSRemoval.removeAll()
        case .none: []
        }
    }

    /// Removes a table if it is there, and tells so in a line.
    static func removeTable(_ table: TableID) throws(NFTablesError) -> [String] {
        var connection = try NFTablesConnection()
        var transaction = Transaction()
        transaction.delete(Table(table))
        do throws(NFTablesError) {
            try connection.commit(transaction)
            return ["table \(table)"]
        } catch {
            guard error.isNotFound else { throw error }
            return []
        }
    }
}
