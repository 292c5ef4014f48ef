import ClusterTesting
import NetworkTypes
import TrafficTesting

/// A NodePort answers on every node, for a client that is no part of the cluster.
struct NodePortCheck: DemoCheck {
    let transport: InternetSocket.Transport
    /// Questions asked of each node.
    let questions = 60

    var what: String { "NodePort \(transport.rawValue.uppercased()) on each node, from outside" }

    func run(in cluster: ThrowawayCluster) async throws -> Finding {
        let port = try await cluster.nodePort(of: DemoService.web, transport)
        let pods = await cluster.pods
        let nodes = await cluster.nodes
        var seen: [String] = []
        var holds = true
        for node in nodes {
            let probe = Probe(transport, IPEndpoint(address: node.address, port: port))
            let answers = try cluster.ask(probe, times: questions, from: cluster.client)
            let reached = Set(answers.map(\.server)).count
            seen.append("\(node.name) \(answers.count)/\(reached)")
            holds = holds && answers.count == questions && reached == pods.count
        }
        return Finding(
            expected: "\(questions) answers from \(pods.count) pods, port \(port)",
            seen: seen.joined(separator: ", "),
            holds: holds
        )
    }
}
