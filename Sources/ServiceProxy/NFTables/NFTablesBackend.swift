public import NFTables
public import NetworkTypes
public import ServicePlan
import Synchronization

/// The proxy mode nftables: one table for each family, as ``LayoutSet`` and ``LayoutRules`` describe it.
///
/// It keeps in memory what the table holds, so that a change costs what it changes. At start it reads the table of an
/// earlier run and writes only what is different; a table of another layout is replaced, in one transaction.
public final class NFTablesBackend: ProxyBackend {
    /// The family whose specs it takes.
    public let family: IPFamily
    /// "nftables".
    public var mode: String { "nftables" }

    private let configuration: ProxyConfiguration
    private let tableName: String
    let access: any TableAccess
    /// What the kernel's table holds; nil: not known.
    private let layout = Mutex<ServiceLayout?>(nil)

    init(
        _ family: IPFamily,
        _ configuration: ProxyConfiguration,
        access: any TableAccess,
        tableName: String = NFTablesBackend.tableName,
        firstPartSize: Int = 4096
    ) {
        self.family = family
        self.configuration = configuration
        self.access = access
        self.tableName = tableName
        self.firstPartSize = firstPartSize
    }

    /// The name of the tables, `ip weft` and `ip6 weft`.
    public static let tableName = "weft"

    /// Makes the table hold exactly this: what an earlier run left is kept as far as it is as wanted.
    public func replaceAll(with specs: [ServicePortSpec], node: NodeContext) throws -> ProxyReport {
        let options = options(node)
        let start = ContinuousClock.now
        return try layout.withLock { layout in
            layout = nil
            let present = try access.present(options.table)
            if let present, let adopted = ServiceLayout.adopting(present, specs, options) {
                var transaction = Transaction()
                adopted.changes.append(to: &transaction, adopted.layout.rules)
                let times = transaction.isEmpty ? CommitTimes() : try access.commit(transaction)
                layout = adopted.layout
                let phases = ProxyPhases(since: start, times)
                return report(transaction.isEmpty ? .unchanged : .changed, transaction, adopted.refused, phases)
            }
            let built = ServiceLayout.building(specs, options, inPlaceOf: present)
            let transaction = replacement(built.changes, built.layout.rules)
            let times = try access.commit(transaction)
            layout = built.layout
            return report(.rebuilt, transaction, built.refused, ProxyPhases(since: start, times))
        }
    }

    /// Whether there is no table of it.
    public func isEmpty() throws -> Bool { try !access.isPresent(TableID(TableFamily(family), tableName)) }

    /// A transaction costs what it changes.
    public let firstPartSize: Int

    /// Its table.
    public func watch() throws -> TableWatch? { try access.watch([TableID(TableFamily(family), tableName)]) }

    /// The transaction in which a table that holds exactly this takes the place of whatever is there; nothing is sent.
    public func replacement(with specs: [ServicePortSpec], node: NodeContext) -> Transaction {
        let built = ServiceLayout.building(specs, options(node))
        return replacement(built.changes, built.layout.rules)
    }

    func options(_ node: NodeContext) -> LayoutOptions {
        LayoutOptions(
            family: family,
            localDetector: node.localDetector,
            masqueradeMark: configuration.masqueradeMark,
            nodePortAddresses: configuration.nodePortAddresses(of: node, family),
            takesLoopbackNodePorts: configuration.takesNodePorts(onLoopbackOf: family),
            countsPackets: configuration.countsPackets,
            tableName: tableName
        )
    }

    /// Takes changes over.
    public func apply(_ changes: [PlanChange]) throws -> ProxyReport {
        let start = ContinuousClock.now
        return try layout.withLock { layout in
            guard var changed = layout.take() else { throw ProxyError.contentUnknown(mode: mode, family) }
            let (difference, refused) = changed.apply(changes)
            var transaction = Transaction()
            difference.append(to: &transaction, changed.rules)
            let times = transaction.isEmpty ? CommitTimes() : try access.commit(transaction)
            layout = changed
            let phases = ProxyPhases(since: start, times)
            return report(transaction.isEmpty ? .unchanged : .changed, transaction, refused, phases)
        }
    }

    /// One transaction in which the table, whatever it is, gives way to the new one: no packet sees it missing.
    private func replacement(_ changes: LayoutChanges, _ rules: LayoutRules) -> Transaction {
        let table = Table(rules.options.table, comment: ServiceLayout.comment)
        var transaction = Transaction()
        transaction.add(table)
        transaction.delete(table)
        transaction.add(table)
        let counting = rules.options.countsPackets ? LayoutSet.counting : []
        for set in LayoutSet.fixed + counting { transaction.add(rules.set(set)) }
        changes.append(to: &transaction, rules)
        return transaction
    }

    private func report(
        _ outcome: ProxyReport.Outcome,
        _ transaction: Transaction,
        _ refused: [ServicePortIdentity],
        _ phases: ProxyPhases
    ) -> ProxyReport {
        ProxyReport(
            outcome: outcome,
            elementCount: transaction.elementCount,
            operationCount: transaction.operations.count,
            refused: refused,
            phases: phases
        )
    }
}
