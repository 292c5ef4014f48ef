import ClusterTesting
import JSONTree
import LinuxSystem
import NetworkTypes
import TrafficTesting

/// A NetworkPolicy that lets one pod in to another: through the Service, from the same bridge and from other nodes.
struct PolicyCheck: DemoCheck {
    let what = "NetworkPolicy, one client allowed"

    func run(in cluster: ThrowawayCluster) async throws -> Finding {
        let pods = await cluster.pods
        let (server, clients) = (pods[0], Array(pods.dropFirst()))
        // With a single node there are only two pods: then nobody is let in.
        let friends = clients.count > 1 ? Array(clients.suffix(1)) : []
        guard let stranger = clients.first else {
            return Finding(expected: "a second pod", seen: "none", holds: false)
        }
        let target = try await cluster.clusterIP(of: DemoService.single).endpoint(80)
        try await cluster.createPolicy("only-friends", spec: Self.spec(server, friends))
        let start = MonotonicTime.now
        var lastAnswer = start
        let probe = Probe(.tcp, target, timeout: 150)
        let deadline = Deadline.after(Patience.duration(.seconds(10)))
        while (try? cluster.ask(probe, from: stranger)) != nil, !deadline.hasPassed { lastAnswer = .now }
        let reached = clients.filter { (try? cluster.ask(probe, from: $0)) != nil }.map(\.name)
        let node = try await nodeReaches(server, cluster)
        try await cluster.deletePolicy("only-friends")
        while (try? cluster.ask(probe, from: stranger)) == nil, !deadline.hasPassed {}
        let open = clients.count { (try? cluster.ask(Probe(.tcp, target), from: $0)) != nil }
        let names = friends.map(\.name)
        let delay = ((lastAnswer - start).milliseconds * 10).rounded() / 10
        return Finding(
            expected: (names + ["the node"]).joined(separator: ", ") + "; then all \(clients.count)",
            seen: (reached + (node ? ["the node"] : [])).joined(separator: ", ")
                + "; then \(open); the last other after \(delay) ms",
            holds: reached == names && node && open == clients.count
        )
    }

    private static func spec(_ server: ClusterPod, _ friends: [ClusterPod]) -> JSONValue {
        let peers = friends.map { JSONValue.object(["podSelector": ["matchLabels": ["pod": .string($0.name)]]]) }
        let rule: JSONValue = ["from": .array(peers), "ports": [["port": 8080]]]
        return [
            "podSelector": ["matchLabels": ["pod": .string(server.name)]], "policyTypes": ["Ingress"],
            "ingress": friends.isEmpty ? [] : [rule],
        ]
    }

    /// The node's own traffic to its pods is always allowed.
    private func nodeReaches(_ pod: ClusterPod, _ cluster: ThrowawayCluster) async throws -> Bool {
        guard let node = await cluster.nodes.first(where: { $0.name == pod.node }) else { return false }
        return (try? cluster.ask(Probe(.tcp, IPEndpoint(address: pod.address, port: 8080)), from: node)) != nil
    }
}
