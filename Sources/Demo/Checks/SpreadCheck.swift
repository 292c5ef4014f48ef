import ClusterTesting
import NetworkTypes
import TrafficTesting

/// A Service's address reaches all its endpoints, about equally often.
struct SpreadCheck: DemoCheck {
    let transport: InternetSocket.Transport
    /// Questions asked; enough that an endpoint outside the bounds is no accident.
    let questions = 300

    var what: String { "ClusterIP \(transport.rawValue.uppercased()) from a pod, \(questions) times" }

    func run(in cluster: ThrowawayCluster) async throws -> Finding {
        let pods = await cluster.pods
        let target = try await cluster.clusterIP(of: DemoService.web).endpoint(80)
        let answers = try cluster.ask(Probe(transport, target), times: questions, from: pods[0])
        return spread(of: answers, over: pods, questions: questions)
    }
}

/// Whether every pod answered a fair share: between a third and three times of the mean.
func spread(of answers: [Probe.Answer], over pods: [ClusterPod], questions: Int) -> Finding {
    let counts = pods.map { pod in answers.count { $0.server == pod.name } }
    let mean = questions / pods.count
    let fair = counts.allSatisfy { $0 >= mean / 3 && $0 <= mean * 3 }
    return Finding(
        expected: "\(questions) answers, all \(pods.count) pods, about \(mean) each",
        seen: counts.map(String.init).joined(separator: " "),
        holds: fair && counts.reduce(0, +) == questions
    )
}
