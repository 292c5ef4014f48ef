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
        watch.allow()
        if isSynced { watchTables() }
    }

    /// Begins to look out for others that write our tables.
    func watchTables() {
        guard canWatch else { return }
        do {
            let changed = try watch.begin(writtenTables) { [foreignChange] in foreignChange.yield($0) }
            for family in changed { suspect(family, "a commit before the watch began") }
        } catch {
            canWatch = false
            logger.warning("changes of the policies' rules by others are found once an hour only: \(error)")
        }
    }

    /// Where the backends write, of those that can tell.
    func writtenTables() throws -> [IPFamily: TableWatch] {
        try backends.reduce(into: [:]) { $0[$1.family] = try $1.watch() }
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
                watch.end()
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
