import Logging
import NFTables
public import NetworkTypes

/// What somebody else did to the rules of policies, as far as it shows.
public struct PolicyDrift: Hashable, Sendable {
    /// Whose rules.
    public let family: IPFamily
    /// How it was noticed: who committed, or which write was refused.
    public let cause: String
    /// What had to be done.
    public let report: PolicyReport
}

/// What a family's rules are suspected of, and when to look at the earliest.
struct DriftState {
    /// The sign that the kernel may not hold what was written; nil: none.
    var cause: String?
    /// A comparison is followed by a pause of nine times its duration, so that whoever writes there again and again can't
    /// keep the loop comparing.
    var nextComparison = ContinuousClock.now

    /// Takes the outcome of a comparison that began then.
    mutating func compared(since start: ContinuousClock.Instant) {
        cause = nil
        nextComparison = .now + start.duration(to: .now) * 9
    }
}

extension PolicyReconciler {
    /// Has ``watchTables()`` begin when everybody's first, large commits are made.
    func watchAfterFirstCommits() async {
        await firstCommits.wait()
        if Task.isCancelled { return }
        mayWatch = true
        if isSynced { watchTables() }
    }

    /// Begins to look out for others that write our tables.
    ///
    /// weft-cni holds addresses in them; its elements are looked at anyway.
    func watchTables() {
        guard monitor == nil, mayWatch, canWatch else { return }
        do {
            let watched = try backends.compactMap { backend in try backend.watch().map { (backend, $0) } }
            canWatch = !watched.isEmpty
            guard canWatch else { return }
            monitor = try ForeignChangeMonitor(
                of: watched.reduce(into: []) { $0.formUnion($1.1.tables) },
                exceptElementsOf: [PolicySet.hold.name],
                exceptBy: watched.map(\.1.port)
            ) { [foreignChange] event in foreignChange.yield(event) }
            // What happened between the write and the first report would go unnoticed.
            for (backend, before) in watched {
                let known = firstGenerations.removeValue(forKey: backend.family) ?? before.generation
                if try backend.watch()?.generation != known {
                    suspect(backend.family, "a commit before the watch began")
                }
            }
        } catch {
            canWatch = false
            logger.warning("changes of the policies' rules by others are found once an hour only: \(error)")
        }
    }

    /// Ends what ``watchTables()`` began.
    func stopWatching() {
        monitor?.stop()
        monitor = nil
    }

    /// Takes what the monitor reports, as it comes.
    func takeForeignChanges() async {
        for await event in foreignChanges {
            switch event {
            case .touched(let tables, let generation):
                for family in Set(tables.compactMap(\.family.ipFamily)) {
                    suspect(family, "\(generation.processName) (\(generation.process)) changed them")
                }
            case .lost(let error):
                for backend in backends { suspect(backend.family, "reports of changes were lost: \(error)") }
            case .failed(let error):
                logger.warning("the watch for changes of the policies' rules by others ended: \(error)")
                stopWatching()
                for backend in backends { suspect(backend.family, "the watch ended") }
            }
        }
    }

    /// Tells of rules that had to be mended; what was pending besides has been written before.
    func tellOfDrift(_ drift: PolicyDrift) {
        metrics.driftMended(drift.family)
        logger.warning(
            "somebody else changed the policies' rules; they are mended",
            metadata: [
                "family": "\(drift.family)", "cause": "\(drift.cause)", "elements": "\(drift.report.elementCount)",
                "outcome": "\(drift.report.outcome.rawValue)",
            ]
        )
        surroundings.noticeDrift(drift)
    }
}
