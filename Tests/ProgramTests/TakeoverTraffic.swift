import ClusterTesting
import Glibc
import LinuxSystem
import NetworkTypes
import Synchronization
import Testing
import TrafficTesting

/// Connections over TCP that were there before, new ones all the time, and datagrams: from a client, from the node itself
/// and from a pod.
struct TakeoverTraffic {
    /// Counts questions that are asked one after the other.
    private final class Counter: Sendable {
        let name: String
        let answers = Atomic(0)
        let failures = Mutex<[String]>([])

        init(_ name: String) { self.name = name }

        func note(_ result: Result<Probe.Answer, TrafficError>) {
            switch result {
            case .success: answers.add(1, ordering: .releasing)
            case .failure(let error): failures.withLock { $0.append("\(name): \(error)") }
            }
            usleep(5000)
        }
    }

    private let held: [BackgroundTraffic<SteadyTraffic.Report>]
    private let asked: [(traffic: BackgroundTraffic<Void>, counter: Counter)]

    /// Begins it, and returns when all connections are open.
    init(_ cluster: ThrowawayCluster, _ proxy: KubeProxyStandIn) async throws {
        let clusterIP = proxy.clusterIP.endpoint(80)
        let nodePort = proxy.node.endpoint(try #require(proxy.nodePorts["tcp"]))
        let datagrams = proxy.node.endpoint(try #require(proxy.nodePorts["udp"]))
        let (client, node) = (cluster.client, await cluster.nodes[0])
        // On a kernel without it, answers of a pod beside another one don't come by the node.
        let pods = File.exists("/proc/sys/net/bridge/bridge-nf-call-iptables") ? await cluster.pods : []
        let hosts: [any ClusterHost] = [client, node] + pods.dropFirst().map { $0 as any ClusterHost }
        held = try hosts.map { host in
            let targets = host.name == client.name ? [clusterIP, nodePort] : [clusterIP]
            return try cluster.keepTalking(SteadyTraffic(targets: targets, connectionsEach: 2, pause: 5), from: host)
        }
        var questions: [(any ClusterHost, Probe)] = [
            (client, Probe(.tcp, nodePort, timeout: 4000)), (client, Probe(.udp, datagrams, timeout: 4000)),
            (node, Probe(.udp, clusterIP, timeout: 4000)),
        ]
        questions += hosts.map { ($0, Probe(.tcp, clusterIP, timeout: 4000)) }
        asked = try questions.map { host, probe in
            let counter = Counter("\(host.name) asks \(probe.transport) \(probe.target)")
            return (try cluster.askContinuously(probe, from: host) { counter.note($0) }, counter)
        }
    }

    /// Waits until each of those who ask got so many answers more.
    func goesOn(_ count: Int = 30) async throws {
        let starts = asked.map { $0.counter.answers.load(ordering: .acquiring) }
        for (start, (_, counter)) in zip(starts, asked) {
            try await NodeCluster.eventually("\(counter.name): \(counter.failures.withLock { $0.last ?? "" })") {
                counter.answers.load(ordering: .acquiring) >= start + count
            }
        }
    }

    /// No question was left without an answer up to now.
    func expectNoQuestionLost() {
        for (_, counter) in asked {
            let failures = counter.failures.withLock { $0 }
            #expect(failures.isEmpty, "\(failures.count) failed, first \(failures.first ?? "")")
        }
    }

    /// Ends it: no connection that was held was lost, and no new one unless there was a time without rules for it.
    func finish(newOnesMayFail: Bool) {
        for (traffic, _) in asked { traffic.stop() }
        for report in held.map({ $0.finish() }) {
            #expect(report.held > 0 && report.lost == 0 && report.answers > 0, "\(report)")
            #expect(newOnesMayFail || report.failed == 0, "\(report)")
        }
        if !newOnesMayFail { expectNoQuestionLost() }
    }
}
