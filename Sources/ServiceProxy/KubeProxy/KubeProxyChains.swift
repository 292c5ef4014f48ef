import NFTables
import NFTablesInspect
import NetworkTypes

/// The chains of kube-proxy's modes iptables and ipvs, in the tables that iptables-nft shares.
struct KubeProxyChains {
    /// Whether chains that mode iptables has, too, stay.
    let keepsShared: Bool

    private static let tables = ["filter", "nat", "mangle"]
    private static let canary = "KUBE-PROXY-CANARY"
    /// What only its mode ipvs makes.
    private static let balancing: [String: Set<String>] = [
        "filter": [
            "KUBE-NODE-PORT", "KUBE-SOURCE-RANGES-FIREWALL", "KUBE-IPVS-FILTER", "KUBE-IPVS-OUT-FILTER",
        ],
        "nat": ["KUBE-NODE-PORT", "KUBE-LOAD-BALANCER"],
    ]
    /// Only our mode iptables makes it: where it is, the shared chains are ours.
    private static let ownMark = IPTablesEdit.Place(.clusterIPs)

    /// Tables of one generation.
    private struct Present {
        var generation: UInt32
        var tables: [(id: TableID, chains: [ChainSummary])]

        var isOurs: Bool {
            tables.contains { table in
                table.id.name == KubeProxyChains.ownMark.table.rawValue
                    && table.chains.contains { $0.name == KubeProxyChains.ownMark.chain }
            }
        }
    }

    func find(_ family: IPFamily) throws -> [String] {
        let present = try read(family, try KernelIPTablesAccess())
        return present.tables.compactMap { table in
            let count = table.chains.count { isRemoved($0.name, table.id, present) }
            return count == 0 ? nil : "\(count) chain\(count == 1 ? "" : "s") in table \(table.id)"
        }
    }

    /// Removes them, with the rules of base chains that lead there, in one transaction.
    ///
    /// A chain to which a chain of others leads is left, empty.
    func remove(_ family: IPFamily) throws -> [String] {
        let access = try KernelIPTablesAccess()
        var attempt = 1
        while true {
            let present = try read(family, access)
            var transaction = Transaction()
            var lines: [String] = []
            for (id, chains) in present.tables { lines += remove(id, chains, present, &transaction) }
            guard !transaction.isEmpty else { return lines }
            do {
                _ = try access.commit(transaction, ifGeneration: present.generation)
                return lines
            } catch let error as NFTablesError
                where error.code == .generationChanged && attempt < IPTablesBackend.tries
            {
                attempt += 1
            }
        }
    }

    private func remove(
        _ id: TableID,
        _ chains: [ChainSummary],
        _ present: Present,
        _ transaction: inout Transaction
    ) -> [String] {
        let gone = chains.filter { isRemoved($0.name, id, present) }
        guard !gone.isEmpty else { return [] }
        let names = Set(gone.map(\.name))
        var kept: [String: String] = [:]
        for chain in chains where !names.contains(chain.name) {
            for rule in chain.rules {
                guard let target = rule.target.map({ chains[$0].name }), names.contains(target) else { continue }
                if chain.hook != nil {
                    transaction.delete(Rule(id, chain.name, handle: rule.handle))
                } else {
                    kept[target] = chain.name
                }
            }
        }
        for chain in gone { transaction.flush(Chain(id, chain.name)) }
        for chain in gone where kept[chain.name] == nil { transaction.delete(Chain(id, chain.name)) }
        let left = kept.sorted { $0.key < $1.key }
            .map { "chain \(id) \($0.key): left empty, as chain \($0.value) jumps to it" }
        let count = gone.count - left.count
        return (count == 0 ? [] : ["\(count) chain\(count == 1 ? "" : "s") of table \(id)"]) + left
    }

    private func isRemoved(_ chain: String, _ table: TableID, _ present: Present) -> Bool {
        if chain == Self.canary || Self.balancing[table.name]?.contains(chain) == true { return true }
        guard !keepsShared, !present.isOurs, let shared = IPTablesTable(rawValue: table.name) else { return false }
        return PresentIPTables.isOurs(IPTablesEdit.Place(shared, chain))
    }

    private func read(_ family: IPFamily, _ access: KernelIPTablesAccess) throws -> Present {
        let reader = try RulesetReader()
        let generation = try access.generation().identifier
        var tables: [(id: TableID, chains: [ChainSummary])] = []
        for name in Self.tables {
            let id = TableID(TableFamily(family), name)
            let summary = try reader.summary(of: id)
            if summary.isPresent { tables.append((id, summary.chains)) }
        }
        return Present(generation: generation, tables: tables)
    }
}
