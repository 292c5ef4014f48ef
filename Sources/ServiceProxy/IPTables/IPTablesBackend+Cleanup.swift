import NFTables
import NFTablesInspect
import NetworkTypes

extension IPTablesBackend {
    /// Removes our chains, and the jumps to them, from both families' tables in this network namespace.
    ///
    /// Nothing is touched in a family without the chain that only Weft makes: the other names are kube-proxy's too. Rules
    /// and chains of others stay; a base chain or table that holds nothing else goes too, unless its policy is
    /// not ACCEPT. A chain of ours to which somebody else's rule leads can't be removed, and is left empty.
    /// - Returns: one line for each thing that was removed (of Service ports' chains, for each kind) or had to stay; empty when there was nothing of ours.
    /// - Throws: ``NFTablesError``: the kernel's refusal; nothing of that family was removed then.
    public static func cleanup() throws -> [String] {
        let access = try KernelIPTablesAccess()
        return try IPFamily.allCases.flatMap { try cleanup($0, access) }
    }

    static func cleanup(_ family: IPFamily, _ access: any IPTablesAccess) throws -> [String] {
        var attempt = 1
        while true {
            let present = try access.read(family)
            guard present.chain(IPTablesEdit.Place(.clusterIPs)) != nil else { return [] }
            var removal = IPTablesRemoval(family, present)
            for table in IPTablesTable.allCases { removal.remove(from: table) }
            guard !removal.transaction.isEmpty else { return removal.lines }
            do {
                _ = try access.commit(removal.transaction, ifGeneration: present.generation)
                return removal.lines
            } catch let error as NFTablesError where error.code == .generationChanged && attempt < tries {
                attempt += 1
            }
        }
    }
}

/// The removal of everything of ours, in one transaction.
private struct IPTablesRemoval {
    let family: IPFamily
    let present: PresentIPTables
    private(set) var transaction = Transaction()
    private(set) var lines: [String] = []

    init(_ family: IPFamily, _ present: PresentIPTables) {
        self.family = family
        self.present = present
    }

    mutating func remove(from table: IPTablesTable) {
        let own = present.ownChains(table)
        guard !own.isEmpty else { return }
        let id = TableID(TableFamily(family), table.rawValue)
        let chains = present.chains(table)
        var remaining: [String: Int] = [:]
        for chain in chains where chain.hook != nil {
            let jumps = chain.rules.filter { isOurs($0, table) }
            for jump in jumps { transaction.delete(Rule(id, chain.name, handle: jump.handle)) }
            remaining[chain.name] = chain.rules.count - jumps.count
        }
        let kept = present.foreignUses(table) { chain, _ in chain.hook != nil }
        for chain in own { transaction.flush(Chain(id, chain.name)) }
        for chain in own {
            if let user = kept[chain.name] {
                lines.append("chain \(id) \(chain.name): left empty, as chain \(user) jumps to it")
            } else {
                transaction.delete(Chain(id, chain.name))
                if !ServiceChains.isServiceChain(chain.name) { lines.append("chain \(id) \(chain.name)") }
            }
        }
        // A large cluster has a hundred thousand of them.
        for prefix in ServiceChains.Prefix.allCases {
            let count = own.filter { $0.name.hasPrefix(prefix.rawValue) && kept[$0.name] == nil }.count
            if count > 0 { lines.append("\(count) chain\(count == 1 ? "" : "s") \(id) \(prefix.rawValue)*") }
        }
        removeShell(id, chains, remaining, keptCount: kept.count)
    }

    private func isOurs(_ rule: RuleSummary, _ table: IPTablesTable) -> Bool {
        rule.target.map { PresentIPTables.isOurs(IPTablesEdit.Place(table, present.chains(table)[$0].name)) } ?? false
    }

    /// Base chains with nothing in them, as we make them, and a table without chains, say nothing to anybody.
    private mutating func removeShell(
        _ id: TableID,
        _ chains: [ChainSummary],
        _ remaining: [String: Int],
        keptCount: Int
    ) {
        // NF_ACCEPT
        let accept: UInt32 = 1
        let isShared = chains.contains { chain in
            guard let hook = chain.hook else {
                return !PresentIPTables.isOurs(
                    IPTablesEdit.Place(IPTablesTable(rawValue: id.name) ?? .filter, chain.name)
                )
            }
            return remaining[chain.name] != 0 || hook.policy != accept || BaseJump.baseChain(id, chain.name) == nil
        }
        guard !isShared, keptCount == 0 else { return }
        transaction.delete(Table(id))
        lines.append("table \(id)")
    }
}
