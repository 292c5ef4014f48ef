import IPVS
import Logging
import NFTables
import NetworkTypes
import ServicePlan

/// A sign that the kernel may not hold what was written.
struct Suspicion {
    /// What the sign was.
    var cause: String
    var since: ContinuousClock.Instant = .now
}

extension ServiceProxyReconciler {
    /// A comparison is followed by a pause of so many times its duration, so that a busy neighbour in shared tables
    /// can't keep the proxy comparing.
    private static let pauseFactor = 9.0
    /// A look for what nobody reports is followed by a longer one, as it is taken whether anything happened or not.
    private static let lookPauseFactor = 29.0

    /// Has ``watchTables()`` begin when everybody's first, large commits are made.
    func watchAfterFirstCommits() async {
        await firstCommits.wait()
        if Task.isCancelled { return }
        watch.allow()
        watchTables()
    }

    /// Begins to look out for others that write our tables, once there are some.
    func watchTables() {
        do {
            let changed = try watch.begin(writtenTables) { [foreignChange] in foreignChange.yield($0) }
            for family in changed { suspect(family, "a commit before the watch began") }
        } catch {
            logger.warning("changes of the rules by others are found once an hour only: \(error)")
        }
    }

    /// Where the backends write, of those that can tell.
    func writtenTables() throws -> [IPFamily: TableWatch] {
        try backends.reduce(into: [:]) { $0[$1.family] = try $1.watch() }
    }

    /// Takes what the monitor reports, as it comes.
    func takeForeignChanges() async {
        for await event in foreignChanges { take(event) }
    }

    private func take(_ event: ForeignChangeMonitor.Event) {
        switch event {
        case .touched(let tables, let generation):
            let cause = "\(generation.processName) (\(generation.process)) changed \(Self.names(tables))"
            for family in Set(tables.compactMap(\.family.ipFamily)) {
                metrics.foreignChange(family)
                suspect(family, cause)
            }
        case .lost(let error):
            for family in states.keys { suspect(family, "reports of changes were lost: \(error)") }
        case .failed(let error):
            logger.warning("the watch for changes of the rules by others ended: \(error)")
            watch.end()
            for family in states.keys { suspect(family, "the watch ended") }
        }
    }

    private static func names(_ tables: Set<TableID>) -> String {
        tables.map { "table \($0)" }.sorted().joined(separator: ", ")
    }

    /// Has a family's rules compared with the kernel, at once or when the last comparison is long enough ago.
    func suspect(_ family: IPFamily, _ cause: String) {
        guard let state = states[family], state.suspicion == nil else { return }
        states[family]?.suspicion = Suspicion(cause: cause)
        let wait = state.nextComparison - .now
        if wait > .zero { laterComparison.yield(family) } else { compare(family) }
    }

    /// Makes comparisons that have to wait, when it is their time.
    func compareLater() async {
        for await family in laterComparisons {
            guard let time = states[family]?.nextComparison else { continue }
            try? await Task.sleep(until: time, clock: .continuous)
            compare(family)
        }
    }

    /// Looks again and again at what backends wrote and the kernel reports no changes of.
    func lookForUnreportedChanges() async {
        guard backends.contains(where: \.hasUnreportedParts) else { return }
        var pause = configuration.lookInterval
        while true {
            do { try await Task.sleep(for: pause) } catch { return }
            let start = ContinuousClock.now
            for backend in backends { look(at: backend) }
            pause = max(configuration.lookInterval, (.now - start) * Self.lookPauseFactor)
        }
    }

    private func look(at backend: any ProxyBackend) {
        do {
            if let change = try backend.unreportedChange() { suspect(backend.family, change) }
        } catch {
            logger.debug(
                "can't look for changes by others",
                metadata: ["family": "\(backend.family)", "error": "\(error)"]
            )
        }
    }

    private func compare(_ family: IPFamily) {
        states[family]?.needsReplacement = true
        queued()
    }

    /// Writes what a family's backend has not taken yet.
    func write(_ backend: any ProxyBackend, _ state: FamilyProgress) throws -> ProxyReport {
        guard state.needsReplacement else { return try backend.apply(state.orderedWaiting) }
        if state.suspicion != nil, !state.waiting.isEmpty {
            // What is pending must not look like what somebody else did; if it can't be written, that tells too.
            _ = try? backend.apply(state.orderedWaiting)
        }
        let specs = planner.specs(backend.family)
        if state.health.lastUpdated == nil, let report = try begin(backend, specs) { return report }
        return try backend.replaceAll(with: specs, node: planner.node)
    }

    /// Takes the outcome of a comparison: whether there was anything to the suspicion.
    func compared(_ report: ProxyReport, _ state: inout FamilyProgress, _ family: IPFamily, took: Duration) {
        state.nextComparison = .now + took * Self.pauseFactor
        guard let suspicion = state.suspicion else { return }
        state.suspicion = nil
        guard report.outcome != .unchanged else { return }
        let drift = DriftReport(
            cause: suspicion.cause,
            isRebuilt: report.outcome == .rebuilt,
            elementCount: report.elementCount,
            duration: .now - suspicion.since
        )
        metrics.driftMended(family)
        logger.warning(
            "somebody else changed the service rules; they are mended",
            metadata: [
                "family": "\(family)", "cause": "\(drift.cause)", "elements": "\(drift.elementCount)",
                "rebuilt": "\(drift.isRebuilt)", "took": "\(drift.duration)",
            ]
        )
        observer.notice(.driftMended(family, drift))
    }

    /// A write that met a missing object, or one that should not be there, found drift before its report came.
    func noteRefusal(_ error: any Error, _ state: inout FamilyProgress) {
        guard state.suspicion == nil, Self.tellsOfDrift(error) else { return }
        state.suspicion = Suspicion(cause: "a write was refused: \(error)")
    }

    private static func tellsOfDrift(_ error: any Error) -> Bool {
        switch error {
        case let refusal as NFTablesError: refusal.isNotFound || refusal.isAlreadyExists
        case let refusal as IPVSError: refusal.code == .notFound || refusal.code == .alreadyExists
        default: false
        }
    }
}
