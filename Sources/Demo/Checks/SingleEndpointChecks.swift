import ClusterTesting
import NetworkTypes
import TrafficTesting

/// A ClusterIP whose only endpoint is on the same bridge as the client: the reply must come back through the node.
struct SameBridgeCheck: DemoCheck {
    let what = "ClusterIP, endpoint on the same bridge"

    func run(in cluster: ThrowawayCluster) async throws -> Finding {
        let pods = await cluster.pods
        guard let client = pods.dropFirst().first(where: { $0.node == pods[0].node }) else {
            return Finding(expected: "a second pod on \(pods[0].node)", seen: "none", holds: false)
        }
        return try await singleEndpoint(in: cluster, from: client, sourceKept: true)
    }
}

/// A pod that reaches itself through its Service: masqueraded, or it would answer itself directly.
struct HairpinCheck: DemoCheck {
    let what = "ClusterIP, from the endpoint itself"

    func run(in cluster: ThrowawayCluster) async throws -> Finding {
        try await singleEndpoint(in: cluster, from: await cluster.pods[0], sourceKept: false)
    }
}

private func singleEndpoint(
    in cluster: ThrowawayCluster,
    from client: ClusterPod,
    sourceKept: Bool
) async throws -> Finding {
    let endpoint = await cluster.pods[0]
    let target = try await cluster.clusterIP(of: DemoService.single).endpoint(80)
    let tcp = try cluster.ask(Probe(.tcp, target), times: 10, from: client)
    let udp = try cluster.ask(Probe(.udp, target), times: 10, from: client)
    let answers = (tcp + udp).count {
        $0.server == endpoint.name && ($0.clientSeen.address == client.address) == sourceKept
    }
    return Finding(
        expected: "20 of 20 from \(endpoint.name), \(sourceKept ? "source kept" : "masqueraded")",
        seen: "\(answers) of 20",
        holds: answers == 20
    )
}

/// The node itself uses a Service: its own traffic passes the output hook.
struct NodeClientCheck: DemoCheck {
    let what = "ClusterIP, from each node"

    func run(in cluster: ThrowawayCluster) async throws -> Finding {
        let target = try await cluster.clusterIP(of: DemoService.web).endpoint(80)
        let nodes = await cluster.nodes
        let answers = try nodes.map { node in
            try cluster.ask(Probe(.tcp, target), times: 20, from: node).count
        }
        return Finding(
            expected: nodes.map { "\($0.name) 20" }.joined(separator: ", "),
            seen: answers.map(String.init).joined(separator: " "),
            holds: answers.allSatisfy { $0 == 20 }
        )
    }
}

/// A Service without endpoints refuses at once, so that a client does not wait for a timeout.
struct NoEndpointsCheck: DemoCheck {
    let what = "ClusterIP without endpoints"

    func run(in cluster: ThrowawayCluster) async throws -> Finding {
        let target = try await cluster.clusterIP(of: DemoService.empty).endpoint(80)
        let pod = await cluster.pods[0]
        do {
            // A refusal by ICMP that meets the socket while connect(2) holds it counts at the next SYN, a second later.
            let answer = try cluster.ask(Probe(.tcp, target, timeout: 5000), from: pod)
            return Finding(expected: "refused", seen: "an answer from \(answer.server)", holds: false)
        } catch let error as TrafficError {
            return Finding(expected: "refused", seen: "\(error.code)", holds: error.code == .refused)
        }
    }
}
