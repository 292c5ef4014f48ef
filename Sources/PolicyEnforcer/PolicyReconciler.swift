public import ClusterModel
public import CoreMetrics
public import Logging
public import NFTables
public import NetworkTypes
public import PolicyPlan

/// Keeps the kernel as NetworkPolicies want it.
///
/// Whoever watches the objects tells what changed, and when each kind is complete; nothing is written before all are.
/// ``run()`` then writes what changed at once, and tries again after a failure.
public actor PolicyReconciler {
    /// The kinds of objects that must be complete before anything is written.
    public enum Input: Hashable, Sendable, CaseIterable {
        /// The pods.
        case pods
        /// The Namespaces.
        case namespaces
        /// The NetworkPolicies.
        case policies
    }

    /// What the reconciler needs of the machine around it.
    public struct Surroundings: Sendable {
        /// Removes connections that are not allowed any more; nil: they go on.
        public var cutter: FlowCutter?
        /// The node's own addresses.
        public var ownAddresses: @Sendable () throws -> Set<IPAddress>
        /// Whether a pod that is not known, and that an address is held for, is not there or has ended for good.
        public var isGone: @Sendable (_ held: HeldAddress) async -> Bool
        /// Is told when rules that somebody else had changed are mended.
        public var noticeDrift: @Sendable (PolicyDrift) -> Void = { _ in }
        /// How long a pod may be unknown before that is asked.
        public var holdPatience = Duration.seconds(60)

        /// Takes what is around.
        public init(
            cutter: FlowCutter? = .kernel,
            ownAddresses: @escaping @Sendable () throws -> Set<IPAddress>,
            isGone: @escaping @Sendable (_ held: HeldAddress) async -> Bool = { _ in false }
        ) {
            self.cutter = cutter
            self.ownAddresses = ownAddresses
            self.isGone = isGone
        }
    }

    let backends: [any PolicyBackend]
    let surroundings: Surroundings
    let metrics: PolicyMetrics
    let logger: Logger
    private let report: @Sendable (PolicyProblem) -> Void
    private let signals: AsyncStream<Void>
    let signal: AsyncStream<Void>.Continuation

    var planner: PolicyPlanner
    /// The revision of the policies that the planner was told.
    private var toldRevision = 0
    private var missing = Set(Input.allCases)
    /// What a family's backend has not taken yet; nil: it must compare everything.
    private var pending: [IPFamily: PolicyChanges] = [:]
    private var known: Set<PolicyProblem> = []
    private var awaitsSince: ContinuousClock.Instant?
    /// The addresses whose connections are to be judged, and who is at it.
    private var toCut: [IPFamily: Set<IPAddress>] = [:]
    private var cutting: Task<Void, Never>?
    private(set) var isSynced = false
    /// The addresses that are held for pods that are not known.
    var strangers: Strangers
    let firstCommits: FirstCommits
    /// Reports what others do to our tables; weft-cni holds addresses in them, and those are looked at anyway.
    var watch: ForeignChangeWatch
    /// Whether that can be had.
    var canWatch = true
    let foreignChanges: AsyncStream<ForeignChangeMonitor.Event>
    let foreignChange: AsyncStream<ForeignChangeMonitor.Event>.Continuation
    private var drift: [IPFamily: DriftState] = [:]

    /// Makes a reconciler that has no objects yet; what an earlier run left in the kernel is looked at.
    ///
    /// - Parameters:
    ///   - nodeName: the node whose pods are isolated.
    ///   - backends: one for each family that the node has.
    ///   - surroundings: what is needed of the machine.
    ///   - firstCommits: those of all who write rules in this process.
    ///   - report: told each problem of a policy once, for Events.
    ///   - metrics: where metrics go, such as `MetricsSystem.factory`.
    ///   - logger: where failures and malformed policies are told.
    /// - Throws: why the kernel's tables can't be read.
    public init(
        nodeName: String,
        backends: [any PolicyBackend],
        surroundings: Surroundings,
        firstCommits: FirstCommits = FirstCommits(),
        report: @escaping @Sendable (PolicyProblem) -> Void = { _ in },
        metrics: any MetricsFactory,
        logger: Logger
    ) throws {
        self.backends = backends
        self.surroundings = surroundings
        self.firstCommits = firstCommits
        watch = ForeignChangeWatch(after: firstCommits, exceptElementsOf: [PolicySet.hold.name])
        strangers = Strangers(patience: surroundings.holdPatience)
        self.report = report
        self.metrics = PolicyMetrics(factory: metrics)
        self.logger = logger
        var hints = PolicyHints()
        for backend in backends { hints.merge(try backend.hints()) }
        planner = PolicyPlanner(nodeName: nodeName, hints: hints)
        (signals, signal) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        // Of reports that nobody has taken yet the first ones tell enough.
        (foreignChanges, foreignChange) = AsyncStream.makeStream(bufferingPolicy: .bufferingOldest(64))
    }

    // MARK: What changed

    /// Takes a new or changed policy.
    public func upsert(_ policy: NetworkPolicy) {
        for problem in planner.upsert(policy) where known.insert(problem).inserted {
            logger.warning("\(problem)")
            report(problem)
        }
        note(policy)
    }

    /// Takes the end of a policy.
    public func removePolicy(_ policy: NetworkPolicy) {
        planner.removePolicy(policy.key)
        note(policy)
    }

    private func note(_ policy: NetworkPolicy) {
        toldRevision = max(toldRevision, Int(policy.resourceVersion) ?? 0)
        signal.yield()
    }

    /// Takes a new or changed pod.
    public func upsert(_ pod: Pod) {
        planner.upsert(pod)
        if pod.spec.nodeName == planner.nodeName, pod.podIPs.isEmpty { awaitsSince = nil }
        signal.yield()
    }

    /// Takes the end of a pod.
    public func removePod(_ key: ObjectKey) {
        planner.removePod(key)
        signal.yield()
    }

    /// Takes a new or changed Namespace.
    public func upsert(_ namespace: Namespace) {
        planner.upsert(namespace)
        signal.yield()
    }

    /// Takes the end of a Namespace.
    public func removeNamespace(_ name: String) {
        planner.removeNamespace(name)
        signal.yield()
    }

    /// Takes that all objects of a kind have been told.
    public func markSynced(_ input: Input) {
        missing.remove(input)
        signal.yield()
    }

    /// Looks at everything again: the kernel's content was changed by somebody else.
    public func resync() {
        pending = [:]
        signal.yield()
    }

    /// Has a family's rules compared with the kernel, now or when the last comparison is long enough ago.
    func suspect(_ family: IPFamily, _ cause: String) {
        if drift[family]?.cause == nil { drift[family, default: DriftState()].cause = cause }
        signal.yield()
    }

    /// Whether a family's rules are still to be compared.
    func isSuspected(_ family: IPFamily) -> Bool { drift[family]?.cause != nil }

    /// The revision of the newest policy that the kernel follows; 0 before the first write.
    public private(set) var programmedRevision = 0

    /// Whether everything was written once.
    public var hasSynced: Bool { isSynced }

    /// What is wrong with policies at present.
    public var problems: [PolicyProblem] { planner.problems }

    // MARK: Writing

    /// Writes changes as they come, until the task is cancelled.
    ///
    /// The kernel is left as it is at the end.
    public func run() async {
        let ticks = Task {
            while !Task.isCancelled {
                try? await Task.sleep(for: tickInterval)
                signal.yield()
            }
        }
        let reports = Task { await takeForeignChanges() }
        let beginning = Task { await watchAfterFirstCommits() }
        defer {
            beginning.cancel()
            ticks.cancel()
            reports.cancel()
            watch.end()
        }
        signal.yield()
        for await _ in signals {
            var delay = Duration.milliseconds(50)
            while !syncOnce(), !Task.isCancelled {
                try? await Task.sleep(for: delay)
                delay = min(delay * 2, .seconds(5))
            }
            if Task.isCancelled { return }
            if isSynced { watchTables() }
        }
    }

    /// How long until the held addresses are looked at again, if nothing else happens.
    ///
    /// While a pod of this node is about to get its address that may be any moment.
    private var tickInterval: Duration {
        guard planner.awaitsAddresses else {
            awaitsSince = nil
            return .seconds(1)
        }
        let since = awaitsSince ?? .now
        awaitsSince = since
        return since.duration(to: .now) < .seconds(60) ? .milliseconds(10) : .milliseconds(250)
    }

    /// Writes what is pending now, in all families; false if a write failed.
    ///
    /// Nothing is written before all inputs are complete.
    @discardableResult
    public func syncOnce() -> Bool {
        guard missing.isEmpty else { return true }
        let start = ContinuousClock.now
        let released = learnHeld()
        let changes = planner.takeChanges()
        for family in backends.map(\.family) { pending[family]?.formUnion(changes) }
        var isDone = true
        for backend in backends { isDone = sync(backend, released[backend.family] ?? [], since: start) && isDone }
        guard isDone else { return false }
        watch.noteCommit(writtenTables)
        isSynced = true
        if !changes.isEmpty || !pendingIsReported {
            let malformed = Set(planner.problems.map(\.policy)).count
            metrics.state(policies: planner.policyCount, isolated: planner.model.subjects.count, malformed: malformed)
            pendingIsReported = true
        }
        if programmedRevision != toldRevision || !changes.isEmpty { metrics.programmed(toldRevision) }
        programmedRevision = toldRevision
        return true
    }

    private var pendingIsReported = false

    private func sync(_ backend: any PolicyBackend, _ released: [HeldAddress], since start: ContinuousClock.Instant)
        -> Bool
    {
        let family = backend.family
        let suspicion = beginComparison(backend, released)
        let changes = pending[family]
        if let changes, changes.isEmpty, released.isEmpty { return true }
        let began = ContinuousClock.now
        do {
            let report =
                if let changes {
                    try backend.apply(changes, of: planner.model, releasing: released)
                } else {
                    try backend.replaceAll(with: planner.model, releasing: released)
                }
            metrics.synced(family, elements: report.elementCount, .now - start)
            logger.log(
                level: changes == nil ? .info : .debug,
                "policies written",
                metadata: [
                    "family": "\(family)", "outcome": "\(report.outcome.rawValue)",
                    "elements": "\(report.elementCount)",
                ]
            )
            pending[family] = PolicyChanges()
            if report.outcome != .unchanged { cutFlows(family, changes) }
            if changes == nil { drift[family]?.compared(since: began) }
            if let suspicion, report.outcome != .unchanged {
                tellOfDrift(PolicyDrift(family: family, cause: suspicion, report: report))
            }
            return true
        } catch {
            if (error as? NFTablesError)?.isNotFound == true { suspect(family, "a write was refused: \(error)") }
            metrics.failed(family)
            logger.error("policies could not be written", metadata: ["family": "\(family)", "error": "\(error)"])
            // Whatever the kernel holds now, the next try finds out.
            pending[family] = nil
            return false
        }
    }

    /// Has everything compared if there is a sign that somebody else wrote, and it is time.
    ///
    /// What is pending is written before, so that it is not taken for somebody else's doing.
    ///
    /// - Returns: the sign.
    private func beginComparison(_ backend: any PolicyBackend, _ released: [HeldAddress]) -> String? {
        let family = backend.family
        guard let state = drift[family], let cause = state.cause, state.nextComparison <= .now else { return nil }
        if let changes = pending[family], !changes.isEmpty || !released.isEmpty {
            _ = try? backend.apply(changes, of: planner.model, releasing: released)
        }
        pending[family] = nil
        return cause
    }

    /// Ends the connections of changed pods that are not allowed any more; after a start, of all isolated pods.
    private func cutFlows(_ family: IPFamily, _ changes: PolicyChanges?) {
        guard let cutter = surroundings.cutter else { return }
        let addresses = changes?.restricted(in: planner.model) ?? Set(planner.model.subjects.keys)
        let concerned = addresses.filter { $0.family == family }
        if concerned.isEmpty { return }
        toCut[family, default: []].formUnion(concerned)
        if cutting == nil { cutting = Task { await cutAll(with: cutter) } }
    }

    /// Works beside the writing of rules: the kernel goes through all that it could track, which takes its time.
    ///
    /// Among many changes that is done now and then for all of them.
    private func cutAll(with cutter: FlowCutter) async {
        while let (family, addresses) = toCut.popFirst() {
            let start = ContinuousClock.now
            let (model, ownAddresses) = (planner.model, surroundings.ownAddresses)
            do {
                let cut = try await Task.detached {
                    try cutter.cut(family, ForbiddenFlows(of: addresses, model, ownAddresses: ownAddresses()))
                }.value
                metrics.cut(family, cut)
            } catch {
                logger.warning(
                    "connections that are not allowed any more could not be cut",
                    metadata: ["family": "\(family)", "error": "\(error)"]
                )
            }
            if toCut[family] != nil { try? await Task.sleep(for: start.duration(to: .now) * 3) }
        }
        cutting = nil
    }
}

extension PolicyHints {
    fileprivate mutating func merge(_ other: PolicyHints) {
        peers.merge(other.peers) { $1 }
        ingress.merge(other.ingress) { $1 }
        egress.merge(other.egress) { $1 }
    }
}
