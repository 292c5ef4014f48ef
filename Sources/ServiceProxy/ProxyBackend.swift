public import NFTables
public import NetworkTypes
public import ServicePlan

/// Renders specs into a kernel, for one IP family.
///
/// A proxy mode is one implementation.
///
/// The calls block for as long as the kernel takes, and are made by one caller at a time. After an error the kernel
/// holds what it held before; the next call is then ``replaceAll(with:node:)``.
public protocol ProxyBackend: AnyObject, Sendable {
    /// The mode's name, as in metrics and options: "nftables".
    var mode: String { get }

    /// The family whose specs it takes.
    var family: IPFamily { get }

    /// Whether it has something to finish by and by, and wants an ``apply(_:)`` soon even if nothing changes.
    var hasUnfinishedWork: Bool { get }

    /// Makes the kernel hold exactly this, whatever it holds now: at start, after an error, and when the node's own
    /// circumstances changed. What is there already as wanted is not touched, and no connection is lost.
    ///
    /// - Parameters:
    ///   - specs: all Service ports of the family, ordered by identity.
    ///   - node: the node's circumstances.
    /// - Returns: what was done.
    /// - Throws: the kernel's refusal; nothing was changed then.
    func replaceAll(with specs: [ServicePortSpec], node: NodeContext) throws -> ProxyReport

    /// Takes changes over, in one transaction.
    ///
    /// - Parameter changes: changes of the backend's family, ordered by identity.
    /// - Returns: what was done.
    /// - Throws: the kernel's refusal; nothing was changed then.
    func apply(_ changes: [PlanChange]) throws -> ProxyReport

    /// Whether the kernel holds nothing of this mode, so that a part may be written before the rest; false if nobody
    /// can tell.
    func isEmpty() throws -> Bool

    /// How many Service ports a transaction should have at most when a node without rules gets them; where each
    /// transaction costs as much as there are rules already, as many as there are.
    var firstPartSize: Int { get }

    /// Where it writes in nf_tables; nil: nowhere, or nobody can tell who else writes there.
    func watch() throws -> TableWatch?

    /// Whether it writes something whose changes the kernel tells nobody of.
    var hasUnreportedParts: Bool { get }

    /// Looks at what it wrote and nobody tells of; whatever is found, ``replaceAll(with:node:)`` mends it.
    ///
    /// - Returns: what is otherwise, the first that was met, in words; nil: nothing, or it can't be told.
    /// - Throws: why the kernel could not be asked.
    func unreportedChange() throws -> String?

    /// What whoever runs the proxy should know about this network namespace, one line each; told once, at start.
    func notes() -> [String]
}

extension ProxyBackend {
    /// Nothing.
    public func notes() -> [String] { [] }

    /// Nobody can tell.
    public func isEmpty() throws -> Bool { false }

    /// As many as there are.
    public var firstPartSize: Int { .max }

    /// Nowhere.
    public func watch() throws -> TableWatch? { nil }

    /// Everything is in tables.
    public var hasUnreportedParts: Bool { false }

    /// Nothing.
    public func unreportedChange() throws -> String? { nil }
}

extension ProxyBackend {
    /// A backend whose writes are complete has nothing to finish.
    public var hasUnfinishedWork: Bool { false }
}

/// What a backend did.
public struct ProxyReport: Hashable, Sendable {
    /// How the kernel's content came about.
    public enum Outcome: String, Hashable, Sendable {
        /// It was as wanted: nothing was written.
        case unchanged
        /// What differed was written.
        case changed
        /// It was written anew as a whole.
        case rebuilt
    }

    /// How the kernel's content came about.
    public var outcome: Outcome
    /// How many elements of sets and maps were added or removed; in mode iptables: rules.
    public var elementCount: Int
    /// How many operations the transaction had, with each list of elements as one.
    public var operationCount: Int
    /// Service ports for which the kernel has no room, and which are left out.
    public var refused: [ServicePortIdentity]
    /// Mode iptables: the rules of each table; empty in other modes.
    public var ruleCounts: [RuleCount]
    /// What it took, by phase.
    public var phases: ProxyPhases
    /// What whoever runs the proxy should know of it, one line each.
    public var remarks: [String]

    /// Makes a report.
    public init(
        outcome: Outcome,
        elementCount: Int = 0,
        operationCount: Int = 0,
        refused: [ServicePortIdentity] = [],
        ruleCounts: [RuleCount] = [],
        phases: ProxyPhases = ProxyPhases(),
        remarks: [String] = []
    ) {
        self.outcome = outcome
        self.elementCount = elementCount
        self.operationCount = operationCount
        self.refused = refused
        self.ruleCounts = ruleCounts
        self.phases = phases
        self.remarks = remarks
    }
}

extension ProxyReport {
    /// Takes another write that followed; how the whole content came about is as before.
    mutating func append(_ next: ProxyReport) {
        elementCount += next.elementCount
        operationCount += next.operationCount
        refused += next.refused
        ruleCounts = next.ruleCounts
        phases.diff += next.phases.diff
        phases.encode += next.phases.encode
        phases.kernel += next.phases.kernel
        remarks += next.remarks
    }
}

/// How many rules of ours a table of iptables holds; jumps from its base chains are not counted.
public struct RuleCount: Hashable, Sendable {
    /// The table: "nat".
    public var table: String
    /// All that are there now.
    public var total: Int
    /// Those that were written last.
    public var written: Int

    /// Counts a table's rules.
    public init(table: String, total: Int, written: Int) {
        self.table = table
        self.total = total
        self.written = written
    }
}

/// How long a backend took for each phase of a write.
public struct ProxyPhases: Hashable, Sendable {
    /// From specs to what must change, with reading what is there where that is needed.
    public var diff: Duration
    /// From what must change to the messages' bytes.
    public var encode: Duration
    /// From the first byte sent to the kernel's last answer.
    public var kernel: Duration

    /// Makes the times of a write; none took nothing.
    public init(diff: Duration = .zero, encode: Duration = .zero, kernel: Duration = .zero) {
        self.diff = diff
        self.encode = encode
        self.kernel = kernel
    }
}
