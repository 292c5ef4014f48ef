import ClusterTesting
import NetworkTypes
import TrafficTesting

/// Every pod reaches every pod on every node by its address, unmasqueraded.
struct PodToPodCheck: DemoCheck {
    let what = "every pod to every pod, by IP"

    func run(in cluster: ThrowawayCluster) async throws -> Finding {
        let pods = await cluster.pods
        let questions = pods.flatMap { from in pods.map { to in (from, to) } }.filter { $0.0.name != $0.1.name }
        var answered = 0
        var failures: [String] = []
        for (from, to) in questions {
            do {
                let answer = try cluster.ask(Probe(.tcp, to.endpoint(8080)), from: from)
                if answer.server == to.name && answer.clientSeen.address == from.address {
                    answered += 1
                } else {
                    failures.append("\(from.name) to \(to.name) reached \(answer.server) as \(answer.clientSeen)")
                }
            } catch {
                failures.append("\(from.name) to \(to.name): \(error)")
            }
        }
        return Finding(
            expected: "\(questions.count) of \(questions.count), source kept",
            seen: "\(answered) of \(questions.count)" + (failures.first.map { ", \($0)" } ?? ""),
            holds: answered == questions.count
        )
    }
}
