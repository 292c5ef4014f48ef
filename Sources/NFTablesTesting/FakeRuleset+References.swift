import LinuxSystem
import NFTables

extension FakeTable {
    /// Whether a rule or verdict map still leads to a chain.
    func uses(chain: String) -> Bool {
        chains.values.contains { $0.targets.contains(chain) } || verdictTargets.contains(chain)
    }

    /// Whether a rule still looks into a set.
    func uses(set: String) -> Bool {
        chains.values.contains { $0.rules.contains { $0.compiled.namedSets.contains(set) } }
    }

    var verdictTargets: Set<String> {
        Set(sets.values.flatMap { $0.elements.values.compactMap { $0.data.target } })
    }
}

extension FakeChain {
    /// The chains that its rules lead to, directly or through their own maps.
    var targets: Set<String> { rules.reduce(into: []) { $0.formUnion($1.compiled.targets) } }
}

extension CompiledRule {
    var targets: Set<String> {
        var found: Set<String> = []
        for case .verdict(let immediate) in expressions {
            if let chain = immediate.verdict.chain { found.insert(chain) }
        }
        for set in anonymousSets { found.formUnion(set.elements.compactMap { $0.data.target }) }
        return found
    }

    var namedSets: Set<String> {
        var found: Set<String> = []
        for expression in expressions {
            switch expression {
            case .lookup(let lookup): if case .named(let name) = lookup.set { found.insert(name) }
            case .dynamicSet(let update): found.insert(update.set)
            default: break
            }
        }
        return found
    }
}

extension ElementData {
    /// The chain of a verdict.
    fileprivate var target: String? { if case .verdict(let verdict) = self { verdict.chain } else { nil } }
}

extension FakeRuleset {
    /// What the kernel validates at commit: every chain and set that is referred to exists, and jumps end.
    func checkReferences() throws(NFTablesError) {
        for (id, table) in tables.sorted(by: { $0.key.description < $1.key.description }) {
            for (name, chain) in table.chains.sorted(by: { $0.key < $1.key }) {
                try checkReferences(of: chain, named: name, in: table, id)
            }
            for target in table.verdictTargets where table.chains[target] == nil {
                throw NFTablesError(
                    errno: .noSuchFileOrDirectory,
                    operation: "add",
                    object: "element to \(id) \(target)"
                )
            }
            for (name, chain) in table.chains where chain.declaration.base != nil {
                try checkDepth(from: name, in: table, id, path: [])
            }
        }
    }

    private func checkReferences(
        of chain: FakeChain,
        named name: String,
        in table: FakeTable,
        _ id: TableID
    ) throws(NFTablesError) {
        for target in chain.targets where table.chains[target] == nil {
            throw NFTablesError(
                errno: .noSuchFileOrDirectory,
                operation: "add",
                object: "rule \(id) \(name)",
                text: "no chain \(target)"
            )
        }
        for set in chain.rules.reduce(into: Set<String>(), { $0.formUnion($1.compiled.namedSets) })
        where table.sets[set] == nil {
            throw NFTablesError(
                errno: .noSuchFileOrDirectory,
                operation: "add",
                object: "rule \(id) \(name)",
                text: "no set \(set)"
            )
        }
    }

    /// `NFT_JUMP_STACK_SIZE` is 16; a loop is found by the same walk (EMLINK, as nf_tables says it).
    private func checkDepth(
        from chain: String,
        in table: FakeTable,
        _ id: TableID,
        path: [String]
    ) throws(NFTablesError) {
        guard !path.contains(chain), path.count < 16 else {
            throw NFTablesError(
                errno: .tooManyLinks,
                operation: "add",
                object: "rule \(id) \(path.last ?? chain)",
                text: (path + [chain]).joined(separator: " -> ")
            )
        }
        guard let found = table.chains[chain] else { return }
        var targets = found.targets
        for rule in found.rules {
            for set in rule.compiled.namedSets {
                targets.formUnion(table.sets[set]?.elements.values.compactMap { $0.data.target } ?? [])
            }
        }
        for target in targets.sorted() { try checkDepth(from: target, in: table, id, path: path + [chain]) }
    }
}
