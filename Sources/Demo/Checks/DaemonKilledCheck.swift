import ClusterTesting
import LinuxSystem
import NetworkTypes
import TrafficTesting

/// weftd is killed with SIGKILL under traffic and started again: no connection may notice, held or new, from a pod or
/// from outside, and the rules and routes must come back the same.
struct DaemonKilledCheck: DemoCheck {
    let what = "weftd killed (SIGKILL) under traffic"
    private let connectionsEach = 20

    func run(in cluster: ThrowawayCluster) async throws -> Finding {
        let node = await cluster.nodes[0]
        let before = try NodeState.lines(of: node, in: cluster)
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
        let after = try NodeState.lines(of: node, in: cluster)
        return finding(report, difference: NodeState.firstDifference(before, after))
    }

    private func killAndRestart(_ node: ClusterNode, in cluster: ThrowawayCluster) async throws {
        try await Task.sleep(for: Patience.duration(.milliseconds(300)))
        try await cluster.stopDaemon(on: node, grace: .zero)
        try await Task.sleep(for: Patience.duration(.milliseconds(300)))
        try await cluster.startDaemon(on: node)
        try await Task.sleep(for: Patience.duration(.milliseconds(300)))
    }

    private func finding(_ report: SteadyTraffic.Report, difference: String?) -> Finding {
        let held = report.held - report.lost
        let whole = report.lost == 0 && report.failed == 0 && report.held == 2 * connectionsEach && report.answers > 0
        let failure = report.firstFailure.map { ", \($0)" } ?? ""
        return Finding(
            expected: "0 of \(report.held) held and 0 new connections lost, same rules and routes",
            seen:
                "\(report.held - held) of \(report.held) held, \(report.failed) of \(report.made + report.failed) new lost, "
                + (difference.map { "OTHERS, \($0)" } ?? "same rules and routes") + failure,
            holds: whole && difference == nil
        )
    }
}
