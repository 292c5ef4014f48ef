public import ClusterModel
public import CoreMetrics
public import Logging
public import NFTables
public import NetworkTypes
public import ServicePlan

/// Keeps the kernel as the Services and EndpointSlices want it.
///
/// Whoever watches the objects tells what changed, and when each kind is complete; nothing is written before all are.
/// ``run()`` then writes what changed, at most once in the configured interval, and tries again after a failure.
public actor ServiceProxyReconciler {
    /// The kinds of objects that must be complete before anything is written.
    public enum Input: Hashable, Sendable, CaseIterable {
        /// The Services.
        case services
        /// The EndpointSlices.
        case endpointSlices
        /// This node's own Node.
        case node
    }

    let configuration: ProxyConfiguration
    let backends: [any ProxyBackend]
    let cleaner: FlowCleaner?
    let metrics: ProxyMetrics
    let logger: Logger
    let foreignChanges: AsyncStream<ForeignChangeMonitor.Event>
    let foreignChange: AsyncStream<ForeignChangeMonitor.Event>.Continuation
    let laterComparisons: AsyncStream<IPFamily>
    let laterComparison: AsyncStream<IPFamily>.Continuation
    private let signals: AsyncStream<Void>
    private let signal: AsyncStream<Void>.Continuation

    let observer: ProxyObserver
    var planner: ServicePlanner
    var states: [IPFamily: FamilyProgress] = [:]
    let firstCommits: FirstCommits
    /// Reports what others do to our tables.
    var watch: ForeignChangeWatch
    private var missing: Set<Input>
    private var changes = PendingChanges()
    private var lastSync: ContinuousClock.Instant?
    /// Waits until backends may finish what they left.
    private var reminder: Task<Void, Never>?

    /// Makes a reconciler that has no objects yet.
    ///
    /// - Parameters:
    ///   - node: what is known of the node at start; its name stays.
    ///   - backends: one for each family that the node has.
    ///   - configuration: the choices of whoever runs the proxy.
    ///   - inputs: the kinds of objects to wait for.
    ///   - cleaner: removes stale UDP flows; nil: they are left.
    ///   - observer: is told what is beyond the log.
    ///   - firstCommits: those of all who write rules in this process.
    ///   - metrics: where metrics go, such as `MetricsSystem.factory`.
    ///   - logger: where failures and skipped objects are told.
    public init(
        node: NodeContext,
        backends: [any ProxyBackend],
        configuration: ProxyConfiguration = ProxyConfiguration(),
        inputs: Set<Input> = [.services, .endpointSlices],
        cleaner: FlowCleaner? = .kernel,
        observer: ProxyObserver = ProxyObserver(),
        firstCommits: FirstCommits = FirstCommits(),
        metrics: any MetricsFactory,
        logger: Logger
    ) {
        self.configuration = configuration
        self.backends = backends
        self.cleaner = cleaner
        self.observer = observer
        self.firstCommits = firstCommits
        watch = ForeignChangeWatch(after: firstCommits)
        self.metrics = ProxyMetrics(factory: metrics)
        self.logger = logger
        planner = ServicePlanner(node: node)
        missing = inputs
        (signals, signal) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        (foreignChanges, foreignChange) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(64))
        (laterComparisons, laterComparison) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(8))
        for backend in backends {
            states[backend.family] = FamilyProgress()
            self.metrics.begin(backend.family, mode: backend.mode)
        }
    }

    // MARK: What changed

    /// Takes a new or changed Service.
    public func upsert(_ service: Service) {
        tell(planner.upsert(service))
        changes.services += 1
        queued()
    }

    /// Takes the end of a Service.
    public func removeService(_ key: ObjectKey) {
        planner.removeService(key)
        changes.services += 1
        queued()
    }

    /// Takes a new or changed EndpointSlice.
    public func upsert(_ slice: EndpointSlice) {
        tell(planner.upsert(slice))
        changes.noteTrigger(of: slice)
        changes.endpoints += 1
        queued()
    }

    /// Takes the end of an EndpointSlice.
    public func removeSlice(_ key: ObjectKey) {
        planner.removeSlice(key)
        changes.endpoints += 1
        queued()
    }

    /// Takes what is known of the node now.
    public func update(node: NodeContext) {
        let before = planner.node
        planner.update(node: node)
        missing.remove(.node)
        guard planner.node != before || missing.isEmpty && lastSync == nil else { return }
        // Rules depend on the detector and the addresses: they are compared as a whole.
        for family in states.keys where planner.node.changesRules(since: before) {
            states[family]?.needsReplacement = true
        }
        queued()
    }

    /// Takes that all objects of a kind have been told.
    public func markSynced(_ input: Input) {
        missing.remove(input)
        queued()
    }

    /// Compares everything with the kernel, for what others did to it and no report told of.
    public func resync() {
        for family in states.keys { suspect(family, "a regular comparison") }
    }

    // MARK: State

    /// How far the kernel follows.
    public var health: ProxyHealth {
        ProxyHealth(
            families: states.mapValues(\.health),
            timeout: configuration.healthTimeout,
            isSynced: states.values.allSatisfy { $0.health.lastUpdated != nil }
        )
    }

    /// What is left out at present, and why.
    public var problems: [PlanProblem] { planner.problems }

    /// The specs of a family as they are wanted now, ordered.
    public func specs(_ family: IPFamily) -> [ServicePortSpec] { planner.specs(family) }

    // MARK: Writing

    /// Writes changes as they come, until the task is cancelled.
    ///
    /// The kernel is left as it is at the end.
    public func run() async {
        await withTaskGroup { group in
            group.addTask { await self.watchAfterFirstCommits() }
            group.addTask { await self.takeForeignChanges() }
            group.addTask { await self.compareLater() }
            group.addTask { await self.lookForUnreportedChanges() }
            await writeAsItComes()
            group.cancelAll()
        }
        reminder?.cancel()
        watch.end()
    }

    private func writeAsItComes() async {
        queued()
        for await _ in signals {
            guard missing.isEmpty else { continue }
            await rest()
            var delay = configuration.retryDelay
            while !syncOnce(), !Task.isCancelled {
                logger.info("will try again", metadata: ["delay": "\(delay)"])
                try? await Task.sleep(for: delay * Double.random(in: 0.8...1.2))
                delay = min(delay * 2, configuration.maximumRetryDelay)
            }
            if Task.isCancelled { return }
            watch.noteCommit(writtenTables)
            watchTables()
            remind()
        }
    }

    /// Sees to it that backends come to finish what they could not at once, such as letting endpoints drain.
    private func remind() {
        guard reminder == nil, backends.contains(where: \.hasUnfinishedWork) else { return }
        reminder = Task {
            try? await Task.sleep(for: configuration.unfinishedWorkInterval)
            reminder = nil
            signal.yield()
        }
    }

    /// Waits until the last write is long enough ago.
    private func rest() async {
        guard let lastSync else { return }
        let next = lastSync.advanced(by: configuration.minimumSyncInterval)
        if next > .now { try? await Task.sleep(until: next, clock: .continuous) }
    }

    /// Writes what is pending now, in all families; false if a write failed.
    ///
    /// Nothing is written before all inputs are complete.
    @discardableResult
    public func syncOnce() -> Bool {
        guard missing.isEmpty else { return true }
        lastSync = .now
        let taken = changes
        let planned = planner.takeDirty()
        changes = PendingChanges()
        metrics.taken(services: taken.services, endpoints: taken.endpoints)
        for problem in planner.takeNewConflicts() { tell([problem]) }
        var isDone = true
        for backend in backends {
            let family = backend.family
            states[family]?.take(planned, of: family, taken.triggers)
            isDone = sync(backend) && isDone
        }
        if isDone {
            metrics.nothingPending()
            planner.releaseSpecs()
        }
        return isDone
    }

    private func sync(_ backend: any ProxyBackend) -> Bool {
        let family = backend.family
        guard var state = states[family] else { return true }
        defer { states[family] = state }
        let isFull = state.needsReplacement
        guard isFull || !state.waiting.isEmpty || backend.hasUnfinishedWork else {
            state.health.lastQueued = nil
            return true
        }
        let start = ContinuousClock.now
        do {
            let report = try write(backend, state)
            let now = Timestamp.now()
            metrics.synced(family, isFull: isFull, elements: report.elementCount, .now - start, at: now)
            metrics.rules(family, report.ruleCounts)
            tell(report, family, isFull: isFull)
            if isFull { compared(report, &state, family, took: .now - start) }
            for trigger in state.triggers { metrics.programmed(family, now.duration(since: trigger)) }
            finish(&state, family, isFull: isFull)
            state.health = ProxyHealth.FamilyState(lastUpdated: now)
            return true
        } catch {
            metrics.failed(family, mode: backend.mode, isFull: isFull)
            logger.error(
                "the service rules could not be written",
                metadata: ["family": "\(family)", "error": "\(error)"]
            )
            if !isFull { noteRefusal(error, &state) }
            // Whatever the kernel holds now, the next try finds out.
            state.needsReplacement = true
            return false
        }
    }

    private func finish(_ state: inout FamilyProgress, _ family: IPFamily, isFull: Bool) {
        let specs = isFull ? planner.specs(family) : state.waiting.values.compactMap(\.spec)
        let gone = state.waiting.values.filter { $0.spec == nil }.map(\.identity)
        if isFull { state.withoutLocal = [:] }
        state.noteLocalEndpoints(specs, gone: gone)
        if state.healthChecks.take(specs, gone: gone) { observer.healthChecks(family, state.healthChecks.checks) }
        for (policy, number) in state.withoutLocalCounts {
            metrics.noLocalEndpoints(family, policy: policy, number)
        }
        cleanFlows(family, StaleFlows(specs))
        state.waiting = [:]
        state.triggers = []
        state.needsReplacement = false
    }

    private func cleanFlows(_ family: IPFamily, _ stale: StaleFlows) {
        guard let cleaner, !stale.isEmpty else { return }
        let start = ContinuousClock.now
        do {
            let removed = try cleaner.clean(family, stale)
            metrics.cleanedFlows(family, removed, .now - start)
        } catch {
            logger.warning(
                "stale UDP flows could not be removed",
                metadata: ["family": "\(family)", "error": "\(error)"]
            )
        }
    }

    // MARK: Telling

    func queued() {
        let now = Timestamp.now()
        for family in states.keys where states[family]?.health.lastQueued == nil {
            states[family]?.health.lastQueued = now
            metrics.queued(family, at: now)
        }
        signal.yield()
    }

    private func tell(_ problems: [PlanProblem]) {
        for problem in problems {
            metrics.skipped(problem)
            logger.warning("\(problem)")
            observer.notice(.skipped(problem))
        }
    }

    private func tell(_ report: ProxyReport, _ family: IPFamily, isFull: Bool) {
        for identity in report.refused {
            logger.error("no room in the rules", metadata: ["service": "\(identity)", "family": "\(family)"])
        }
        for remark in report.remarks { logger.notice("\(remark)", metadata: ["family": "\(family)"]) }
        logger.log(
            level: isFull ? .info : .debug,
            "service rules written",
            metadata: [
                "family": "\(family)", "outcome": "\(report.outcome.rawValue)", "elements": "\(report.elementCount)",
                "diff": "\(report.phases.diff)", "encode": "\(report.phases.encode)",
                "kernel": "\(report.phases.kernel)",
            ]
        )
    }
}
