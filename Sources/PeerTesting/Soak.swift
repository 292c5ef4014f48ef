import BenchRunner
import BenchScenarios
import LinuxSystem
import NetworkTypes
import TrafficTesting

/// weftd tried for long: killed at random moments, and with more changes than a cluster makes, under traffic.
///
/// A second weftd, which nobody kills, runs on the same store in a namespace of its own: what the kernel holds for it is
/// what it must hold for the first one.
public struct Soak {
    let settings: SoakSettings
    let note: (String) -> Void

    /// A soak that tells what it does while it lasts.
    public init(_ settings: SoakSettings, note: @escaping (String) -> Void = { _ in }) {
        self.settings = settings
        self.note = note
    }

    /// Runs all of it.
    ///
    /// - Returns: what was found.
    /// - Throws: what keeps it from running, in one line with the way out.
    public func run() async throws -> SoakReport {
        if let reason = settings.mode.reasonForAbsence { throw BenchError(reason) }
        let store = try PeerStore(SyntheticCluster(services: settings.services, endpoints: settings.endpoints))
        do {
            let report = try await run(store)
            await store.remove()
            return report
        } catch {
            await store.remove()
            throw error
        }
    }

    private func run(_ store: PeerStore) async throws -> SoakReport {
        note("loading \(settings.services) Services")
        let server = try await store.start(in: try PeerStore.nodeNamespace())
        let changes = SoakChanges(store.changes)
        try await changes.prepare()
        let network = try NodeNetworkPlan(morePodAddresses: SoakChanges.busyAddresses)
        let node = try SoakNode("weftd", settings.mode, network.node, store)
        let twin = try SoakNode("twin", settings.mode, try NodeNetworkPlan.loneNode(), store)
        var report = SoakReport()
        try twin.start()
        try node.start()
        // Two that have not begun are equal, too.
        try await node.waitUntilComplete(settings.services)
        if let difference = try await node.waitUntilEqual(to: twin, .seconds(120)) { throw BenchError(difference) }
        if settings.churnSeconds > 0 { try await churn(node, twin, network, changes, &report) }
        if settings.kills > 0 { try await kill(node, twin, network, changes, &report) }
        if settings.switches > 0 { try await switchModes(node, twin, network, changes, &report) }
        try node.stop()
        try twin.stop()
        try server.stop()
        return report
    }

    /// Runs something under traffic, and tells what became of it.
    func withTraffic(
        _ network: NodeNetworkPlan,
        _ report: inout SoakReport,
        _ body: (inout SoakReport) async throws -> Void
    ) async throws {
        let traffic = SoakTraffic(network)
        defer { _ = traffic.end() }
        try traffic.serve()
        let targets = (0..<SoakChanges.busyServices).map {
            IPEndpoint(address: .v4(SyntheticCluster.clusterIP($0)), port: SyntheticCluster.port)
        }
        try traffic.begin(targets, connectionsEach: 4)
        try await body(&report)
        let seen = traffic.end()
        report.lines.append(
            "  traffic: \(seen.held) held connections, \(seen.answers) answers, \(seen.lost) lost; "
                + "\(seen.made) new connections, \(seen.failed) failed; longest wait \(Int(seen.longestGap)) ms"
        )
        if seen.lost > 0 { report.failures.append("\(seen.lost) held connections: \(seen.firstFailure ?? "")") }
        if seen.failed > 0 { report.failures.append("\(seen.failed) new connections: \(seen.firstFailure ?? "")") }
        if seen.answers == 0 || seen.made == 0 { report.failures.append("there was no traffic to be lost") }
    }

    // MARK: Churn

    private func churn(
        _ node: SoakNode,
        _ twin: SoakNode,
        _ network: NodeNetworkPlan,
        _ changes: SoakChanges,
        _ report: inout SoakReport
    ) async throws {
        note("\(settings.rate) changes a second for \(settings.churnSeconds) s")
        // Two that work would take a processor from the one that is looked at.
        try twin.stop()
        guard let process = node.process else { return }
        try await withTraffic(network, &report) { report in
            let (start, before) = (MonotonicTime.now, try process.exactProcessorTime())
            let generation = try node.view.stamp()
            try await makeChanges(changes, at: start)
            let ended = MonotonicTime.now
            let wrote = try node.view.stamp() &- generation
            let used = try process.exactProcessorTime() - before
            let seconds = (ended - start) / .seconds(1)
            report.lines.append(
                "churn: \(changes.made) endpoints changed in \(tenths(seconds)) s, in \(wrote) transactions; weftd took "
                    + "\(tenths(used / 1e7 / seconds)) % of a processor and has \(Int(try process.memory().resident / 1e6)) MB"
            )
            try twin.start()
            if let difference = try await twin.waitUntilEqual(to: node, .seconds(60)) {
                report.failures.append("after the last change, a fresh weftd's rules are others: \(difference)")
            }
        }
    }

    /// So many a second, by some tasks, each on time.
    private func makeChanges(_ changes: SoakChanges, at start: MonotonicTime) async throws {
        let (lanes, total) = (16, settings.rate * settings.churnSeconds)
        let interval = 1_000_000_000 / Int64(settings.rate)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for lane in 0..<lanes {
                group.addTask {
                    for number in stride(from: lane, to: total, by: lanes) {
                        let early = start.nanoseconds + Int64(number) * interval - MonotonicTime.now.nanoseconds
                        if early > 0 { try await Task.sleep(for: .nanoseconds(early)) }
                        try await changes.next()
                    }
                }
            }
            try await group.waitForAll()
        }
    }

    // MARK: Kills

    private func kill(
        _ node: SoakNode,
        _ twin: SoakNode,
        _ network: NodeNetworkPlan,
        _ changes: SoakChanges,
        _ report: inout SoakReport
    ) async throws {
        note("\(settings.kills) SIGKILLs")
        try await withTraffic(network, &report) { report in
            var unequal = 0
            var generator = SystemRandomNumberGenerator()
            for number in 1...settings.kills {
                // In turn: while it writes changes, and while it starts and takes over what is there.
                if number.isMultiple(of: 2) {
                    try await Task.sleep(for: .microseconds(Int.random(in: 0...400_000, using: &generator)))
                    try node.kill()
                } else {
                    try await killAmongChanges(node, changes, after: Int.random(in: 0...40_000, using: &generator))
                }
                try node.start()
                // A start that is killed too has nothing to show yet.
                guard number.isMultiple(of: 2) || number == settings.kills else { continue }
                if let difference = try await node.waitUntilEqual(to: twin) {
                    unequal += 1
                    report.failures.append("after kill \(number): \(difference)")
                    if unequal == 5 { break }
                }
                if number.isMultiple(of: 20) { note("\(number) SIGKILLs") }
            }
            report.lines.append(
                "kills: \(settings.kills) SIGKILLs among \(changes.made) changes; the rules after it were those of a weftd "
                    + "that was not killed, but for \(unequal) times"
            )
        }
    }

    private func killAmongChanges(_ node: SoakNode, _ changes: SoakChanges, after delay: Int) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<4 {
                group.addTask { for _ in 0..<10 { try await changes.next() } }
            }
            try await Task.sleep(for: .microseconds(delay))
            try node.kill()
            try await group.waitForAll()
        }
    }

    private func tenths(_ value: Double) -> String {
        let whole = Int((value * 10).rounded())
        return "\(whole / 10).\(whole % 10)"
    }
}
