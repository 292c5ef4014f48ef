import ClusterTesting
import LinuxSystem
import NFTablesInspect
import NetworkTypes
import TrafficTesting

/// weftd is killed with SIGKILL under traffic and started again: no connection may notice, held or new, from a pod or
/// from outside, and the ruleset must come back the same.
struct DaemonKilledCheck: DemoCheck {
    let what = "weftd killed (SIGKILL) under traffic"
    private let connectionsEach = 20

    func run(in cluster: ThrowawayCluster) async throws -> Finding {
        let node = await cluster.nodes[0]
        let before = try canonicalRuleset(of: node, in: cluster)
        let clusterIP = try await cluster.clusterIP(of: DemoService.web).endpoint(80)
        let nodePort = IPEndpoint(
            address: node.address,
            port: try await cluster.nodePort(of: DemoService.web, .tcp)
        )
        let pod = await cluster.pods[0]
        let flows = [
            try cluster.keepTalking(SteadyTraffic(targets: [clusterIP], connectionsEach: connectionsEach), from: pod),
            try cluster.keepTalking(
                SteadyTraffic(targets: [nodePort], connectionsEach: connectionsEach),
                from: cluster.client
            ),
        ]
        do {
            try await killAndRestart(node, in: cluster)
        } catch {
            for flow in flows { _ = flow.finish() }
            throw error
        }
        let report = flows.map { $0.finish() }.reduce(SteadyTraffic.Report(), +)
        let after = try canonicalRuleset(of: node, in: cluster)
        return finding(report, difference: firstDifference(before, after))
    }

    private func killAndRestart(_ node: ClusterNode, in cluster: ThrowawayCluster) async throws {
        try await Task.sleep(for: .milliseconds(300))
        try await cluster.stopDaemon(on: node, grace: .zero)
        try await Task.sleep(for: .milliseconds(300))
        try await cluster.startDaemon(on: node)
        try await Task.sleep(for: .milliseconds(300))
    }

    private func finding(_ report: SteadyTraffic.Report, difference: String?) -> Finding {
        let held = report.held - report.lost
        let whole = report.lost == 0 && report.failed == 0 && report.held == 2 * connectionsEach && report.answers > 0
        let failure = report.firstFailure.map { ", \($0)" } ?? ""
        return Finding(
            expected: "0 of \(report.held) held and 0 new connections lost, same ruleset",
            seen:
                "\(report.held - held) of \(report.held) held, \(report.failed) of \(report.made + report.failed) new lost, "
                + (difference ?? "same ruleset") + failure,
            holds: whole && difference == nil
        )
    }

    private func firstDifference(_ before: String, _ after: String) -> String? {
        let (old, new) = (Set(before.split(separator: "\n")), Set(after.split(separator: "\n")))
        if let gone = old.subtracting(new).sorted().first { return "ANOTHER ruleset, without: \(gone)" }
        if let more = new.subtracting(old).sorted().first { return "ANOTHER ruleset, with: \(more)" }
        return nil
    }

    private func canonicalRuleset(of node: ClusterNode, in cluster: ThrowawayCluster) throws -> String {
        try cluster.run(on: node) { try RulesetReader.canonicalDump() }
    }
}
