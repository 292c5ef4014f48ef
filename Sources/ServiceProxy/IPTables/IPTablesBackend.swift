public import NFTables
public import NetworkTypes
public import ServicePlan
import Synchronization

/// The proxy mode iptables: kube-proxy's chains in the tables `filter` and `nat`, in the form of iptables-nft 1.8.9.
///
/// The tables belong to everybody: chains with our names are ours, others are neither read closely nor touched. What
/// must agree with what is there (making chains, jumps from base chains) is written only if nobody else wrote since
/// it was read, and tried again otherwise; a change of a Service writes only chains of ours, as a whole.
public final class IPTablesBackend: ProxyBackend {
    /// The family whose specs it takes.
    public let family: IPFamily
    /// "iptables".
    public var mode: String { "iptables" }

    private let configuration: ProxyConfiguration
    let access: any IPTablesAccess
    /// What our chains hold; nil: not known.
    private let content = Mutex<IPTablesContent?>(nil)
    /// How often a write is tried while others write.
    static let tries = 10

    init(_ family: IPFamily, _ configuration: ProxyConfiguration, access: any IPTablesAccess) {
        self.family = family
        self.configuration = configuration
        self.access = access
    }

    /// A backend for the calling thread's network namespace.
    ///
    /// - Parameters:
    ///   - family: the family to serve.
    ///   - configuration: the choices of whoever runs the proxy.
    ///   - recorder: gets all transactions; nil: nobody.
    /// - Throws: ``NFTablesError`` if the kernel has no nf_tables, or the caller no right to it.
    public convenience init(
        _ family: IPFamily,
        _ configuration: ProxyConfiguration = ProxyConfiguration(),
        recorder: CommitRecorder? = nil
    ) throws {
        self.init(family, configuration, access: try KernelIPTablesAccess(recorder: recorder))
    }

    /// Makes our chains hold exactly this; only what differs is written, and rules of others stay where they are.
    public func replaceAll(with specs: [ServicePortSpec], node: NodeContext) throws -> ProxyReport {
        let options = options(node)
        return try content.withLock { content in
            content = nil
            let built = IPTablesContent.building(options, specs)
            var wanted = built.content
            let report = try write(&wanted, built.refused)
            content = wanted
            return report
        }
    }

    func options(_ node: NodeContext) -> IPTablesOptions {
        IPTablesOptions(
            family: family,
            localDetector: node.localDetector,
            masqueradeMark: configuration.masqueradeMark,
            nodePortAddresses: configuration.nodePortAddresses(of: node, family),
            takesLoopbackNodePorts: configuration.takesNodePorts(onLoopbackOf: family),
            dropsInvalid: !access.isConntrackLiberal()
        )
    }

    private func write(_ wanted: inout IPTablesContent, _ refused: [ServicePortIdentity]) throws -> ProxyReport {
        var attempt = 1
        while true {
            let start = ContinuousClock.now
            let present = try access.read(family)
            let edit = wanted.edit(from: present)
            wanted.tally = edit.tally
            let hadNothing = IPTablesTable.allCases.allSatisfy { present.ownChains($0).isEmpty }
            do {
                return try commit(edit, refused, hadNothing ? .rebuilt : .changed, present.generation, start)
            } catch let error as NFTablesError where error.code == .generationChanged && attempt < Self.tries {
                attempt += 1
            }
        }
    }

    /// The tables that it shares with everybody.
    public func watch() throws -> TableWatch? {
        try access.watch(Set(IPTablesTable.allCases.map { TableID(TableFamily(family), $0.rawValue) }))
    }

    /// Takes changes over.
    public func apply(_ changes: [PlanChange]) throws -> ProxyReport {
        let start = ContinuousClock.now
        return try content.withLock { content in
            guard var changed = content.take() else { throw ProxyError.contentUnknown(mode: mode, family) }
            let (edit, refused) = changed.apply(changes)
            // Only chains of ours are written, whatever others did meanwhile: no generation is asked for. A chain
            // that somebody removed, or made, is an error, and then everything is compared.
            let report = try commit(edit, refused, .changed, nil, start)
            content = changed
            return report
        }
    }

    private func commit(
        _ edit: IPTablesEdit,
        _ refused: [ServicePortIdentity],
        _ outcome: ProxyReport.Outcome,
        _ generation: UInt32?,
        _ start: ContinuousClock.Instant
    ) throws -> ProxyReport {
        let transaction = edit.transaction()
        let times = transaction.isEmpty ? CommitTimes() : try access.commit(transaction, ifGeneration: generation)
        return ProxyReport(
            outcome: transaction.isEmpty ? .unchanged : outcome,
            elementCount: edit.ruleCount,
            operationCount: transaction.operations.count,
            refused: refused,
            ruleCounts: IPTablesTable.allCases.map { table in
                RuleCount(table: table.rawValue, total: edit.tally.count(table), written: edit.ruleCount(table))
            },
            phases: ProxyPhases(since: start, times)
        )
    }
}
