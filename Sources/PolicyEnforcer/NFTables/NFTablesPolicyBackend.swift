public import NFTables
import NFTablesInspect
public import NetworkTypes
public import PolicyPlan
import Synchronization

/// Policies in nf_tables: one table for each family, as ``PolicySet`` and ``PolicyRules`` describe it.
///
/// Changes say what was there before, so that one costs what it changes. At start it reads the table of an earlier run
/// and writes only what is different. The chains that the kernel calls are made once and then stay.
public final class NFTablesPolicyBackend: PolicyBackend {
    /// The family whose addresses it takes.
    public let family: IPFamily

    let rules: PolicyRules
    let access: any PolicyTableAccess
    /// Whether the kernel's table holds what changes were told of.
    private let isKnown = Mutex(false)

    init(_ family: IPFamily, access: any PolicyTableAccess) {
        self.family = family
        self.access = access
        rules = PolicyRules(family: family, table: Self.table(family))
    }

    /// A backend for the calling thread's network namespace.
    ///
    /// - Parameter family: the family to serve.
    /// - Throws: ``NFTablesError`` if the kernel has no nf_tables, or the caller no right to it.
    public convenience init(_ family: IPFamily) throws { self.init(family, access: try KernelPolicyAccess()) }

    /// The name of the tables, `ip weft-policy` and `ip6 weft-policy`.
    public static let tableName = "weft-policy"
    /// A family's table.
    public static func table(_ family: IPFamily) -> TableID { TableID(TableFamily(family), tableName) }
    /// The table's comment: another layout is replaced as a whole.
    static let comment = "weft policies, layout 1"

    /// The numbers that an earlier run gave, as the kernel still has them.
    public func hints() throws -> PolicyHints {
        guard let present = try access.present(rules.table), present.comment == Self.comment else {
            return PolicyHints()
        }
        return present.hints(family)
    }

    /// The addresses that are held until their pods' rules are in.
    public func held() throws -> [HeldAddress] {
        (try access.elements(of: rules.set(.hold)) ?? []).compactMap(Self.held)
    }

    private static func held(_ element: SetElement) -> HeldAddress? {
        IPAddress(bytes: element.key.bytes).map { HeldAddress($0, comment: element.comment) }
    }

    /// Makes the table hold exactly this: what an earlier run left is kept as far as it is as wanted.
    public func replaceAll(with model: PolicyModel, releasing released: [HeldAddress]) throws -> PolicyReport {
        try isKnown.withLock { isKnown in
            isKnown = false
            let present = try access.present(rules.table)
            let isOurs = present?.comment == Self.comment
            var transaction = Transaction()
            if !isOurs { replaceTable(&transaction) }
            let wanted = wantedContent(model)
            let there = isOurs ? present.map { content($0, wanted) } : nil
            transaction.append(
                wanted.transaction(from: there?.content ?? PolicyContent(), presentSets: there?.sets ?? [], rules)
            )
            let held = present?.sets[PolicySet.hold.name] ?? []
            hold(held, released, isNew: !isOurs, &transaction)
            try access.commit(transaction)
            isKnown = true
            return report(transaction, isNew: !isOurs)
        }
    }

    /// Takes changes over.
    public func apply(
        _ changes: PolicyChanges,
        of model: PolicyModel,
        releasing released: [HeldAddress]
    ) throws -> PolicyReport {
        try isKnown.withLock { isKnown in
            guard isKnown else { throw PolicyError.contentUnknown(family) }
            let (addresses, chains) = (changes.addresses, changes.chains)
            let old = PolicyContent(changes.before, addresses: addresses, chains: chains, rules)
            let new = PolicyContent(model, addresses: addresses, chains: chains, rules)
            let sets = Set(old.elements.keys.filter { !PolicySet.fixed.contains($0) })
            var transaction = new.transaction(from: old, presentSets: sets, rules)
            let held = released.isEmpty ? [] : try access.elements(of: rules.set(.hold)) ?? []
            hold(held, released, isNew: false, &transaction)
            isKnown = false
            try access.commit(transaction)
            isKnown = true
            return report(transaction, isNew: false)
        }
    }

    /// Its table.
    public func watch() throws -> TableWatch? { try access.generation().map { TableWatch([rules.table], $0) } }

    /// One transaction in which the table, whatever it is, gives way to the new one: no packet sees it missing.
    private func replaceTable(_ transaction: inout Transaction) {
        let table = Table(rules.table, comment: Self.comment)
        transaction.add(table)
        transaction.delete(table)
        transaction.add(table)
        for set in PolicySet.fixed { transaction.add(rules.set(set)) }
    }

    /// Lets released addresses go; in a new table the others are held again.
    private func hold(_ held: [SetElement], _ released: [HeldAddress], isNew: Bool, _ transaction: inout Transaction) {
        let free = Set(released)
        if isNew {
            transaction.add(held.filter { !(Self.held($0).map(free.contains) ?? false) }, to: rules.set(.hold))
        } else {
            transaction.delete(held.filter { Self.held($0).map(free.contains) ?? false }, from: rules.set(.hold))
        }
    }

    /// All that the table should hold.
    func wantedContent(_ model: PolicyModel) -> PolicyContent {
        var wanted = PolicyContent(model, rules)
        for chain in rules.fixedChains { wanted.chains[chain.name] = chain }
        return wanted
    }

    /// What is there, as far as it is what the layout has; a chain with other rules than wanted counts as another one.
    func content(
        _ present: PresentPolicyTable,
        _ wanted: PolicyContent
    ) -> (content: PolicyContent, sets: Set<PolicySet>) {
        var content = PolicyContent()
        var sets: Set<PolicySet> = []
        for (name, elements) in present.sets {
            guard let set = PolicySet(name: name), set != .hold else { continue }
            if !elements.isEmpty { content.elements[set] = Set(elements) }
            if !PolicySet.fixed.contains(set) { sets.insert(set) }
        }
        for (name, texts) in present.chains {
            let expected = wanted.chains[name]?.rules(rules.table).map(\.comparableText)
            content.chains[name] =
                expected == texts ? wanted.chains[name] : PolicyChainRules(name: name, lines: [])
        }
        return (content, sets)
    }

    private func report(_ transaction: Transaction, isNew: Bool) -> PolicyReport {
        PolicyReport(
            outcome: isNew ? .rebuilt : transaction.isEmpty ? .unchanged : .changed,
            elementCount: transaction.elementCount,
            operationCount: transaction.operations.count
        )
    }
}
