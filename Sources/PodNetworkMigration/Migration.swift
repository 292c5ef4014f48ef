import LinuxSystem
import NFTables
import NFTablesInspect
import Netlink
import NetworkTypes

/// Finds what the reference CNI plugins and flannel left on this host, and removes it.
///
/// What counts is whether the container is there: a network namespace that has the address, or that the runtime's record
/// names. What running containers still need stays, and so does everything that is none of theirs.
public struct Migration: Sendable {
    /// What a run found, and what became of it.
    public struct Report: Sendable {
        /// What was found, rules first.
        public internal(set) var findings: [Finding] = []
        /// What to know beside, one line each.
        public internal(set) var notes: [String] = []

        /// Whether something should have been removed and wasn't.
        public var hasFailures: Bool { findings.contains { $0.state == .failed } }
    }

    /// host-local's data directory.
    public var dataDirectory = "/var/lib/cni/networks"
    /// Where libcni keeps its results (`results/`), and flannel's plugin its configurations (`flannel/`).
    public var stateDirectory = "/var/lib/cni"
    /// Files that changed within so many seconds are left alone: their container may be starting.
    public var grace = 60
    /// Whether nothing is removed.
    public var isDryRun = false

    /// A migration of this host's usual places.
    public init() {}

    /// Looks, and removes.
    ///
    /// In the calling thread's network namespace, which is the host's.
    ///
    /// - Returns: what was found; what can't be removed is in it, and stops nothing else.
    /// - Throws: when the host can't be looked at; nothing was removed then.
    public func run() throws -> Report {
        let files = ContainerFiles(dataDirectory: dataDirectory, stateDirectory: stateDirectory, grace: grace)
        let reservations = try files.reservations()
        var live = LiveContainers(addresses: try NamespaceScan.addresses(), ids: try files.recordedContainers())
        for reservation in reservations where isHeld(reservation, live) { live.ids.insert(reservation.containerID) }
        live.ids.remove("")
        var report = Report()
        report.notes = LegacyTables.notes()
        report.findings = try rules(live)
        report.findings += reservations.map { decide($0, live) }
        for file in try files.flannelFiles() {
            report.findings.append(decide(file.path, owner: file.containerID, isNew: file.isNew, live))
        }
        report.findings += try Limiters(isDryRun: isDryRun, pause: min(grace, 2)).findings()
        return report
    }

    // MARK: Rules

    private static let tries = 20

    private func rules(_ live: LiveContainers) throws -> [Finding] {
        let flannel = RunningPrograms.pid(of: "flanneld").map { "flanneld runs (process \($0))" }
        var connection = try NFTablesConnection()
        for _ in 0..<Self.tries {
            let generation = try connection.generation().identifier
            let tables = try RulesetReader().listings()
            guard try connection.generation().identifier == generation else { continue }
            let plan = RulePlan(tables, live: live, flannel: flannel)
            if isDryRun { return plan.findings }
            do throws(NFTablesError) {
                try connection.commit(plan.transaction, ifGeneration: generation)
                return plan.findings.map { Self.settle($0, nil) }
            } catch {
                if error.code == .generationChanged { continue }
                return plan.findings.map { Self.settle($0, "\(error)") }
            }
        }
        throw NFTablesError(
            .generationChanged,
            operation: "remove leftovers",
            text: "the rules changed while they were read, \(Self.tries) times in a row; try again"
        )
    }

    static func settle(_ finding: Finding, _ failure: String?) -> Finding {
        guard finding.state == .leftover else { return finding }
        var settled = finding
        settled.state = failure == nil ? .removed : .failed
        if let failure { settled.reason += "; \(failure)" }
        return settled
    }

    // MARK: Files

    private func isHeld(_ reservation: Reservation, _ live: LiveContainers) -> Bool {
        reservation.isNew || live.addresses.contains(reservation.address)
    }

    private func decide(_ reservation: Reservation, _ live: LiveContainers) -> Finding {
        let finding = Finding(.reservation, reservation.path, owner: reservation.containerID, .kept, "")
        return decide(finding, isNew: reservation.isNew, isLive: live.has(reservation.containerID)) {
            // host-local's own lock, so that no plugin gives the address away meanwhile.
            let lock = try FileLock.acquire(
                "\(File.parent(of: reservation.path))/lock",
                until: .after(.seconds(10))
            )
            defer { _ = lock.path }
            let id = try? File.readText(reservation.path).utf8.prefix { $0 > 0x20 }
            // Somebody else has it by now.
            guard id.map({ String(decoding: $0, as: UTF8.self) }) == reservation.containerID else { return }
            try File.remove(reservation.path)
        }
    }

    private func decide(_ path: String, owner: String, isNew: Bool, _ live: LiveContainers) -> Finding {
        decide(Finding(.file, path, owner: owner, .kept, ""), isNew: isNew, isLive: live.has(owner)) {
            try File.remove(path)
        }
    }

    private func decide(
        _ finding: Finding,
        isNew: Bool,
        isLive: Bool,
        _ remove: () throws -> Void
    ) -> Finding {
        var finding = finding
        if isLive || isNew {
            finding.reason = isNew ? "it is new: its container may be starting" : "its container is there"
            return finding
        }
        (finding.state, finding.reason) = (.leftover, "its container is gone")
        if isDryRun { return finding }
        do {
            try remove()
            return Self.settle(finding, nil)
        } catch {
            return Self.settle(finding, "\(error)")
        }
    }
}
