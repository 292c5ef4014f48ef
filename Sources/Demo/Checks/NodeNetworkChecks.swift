import ClusterTesting
import NetworkTypes
import RouteNetlink
import TrafficTesting

/// Packets to another node's pods take the network that was asked for: through the overlay's link on both nodes, or
/// without any.
struct NodeNetworkCheck: DemoCheck {
    let network: DemoOptions.Network
    /// Datagrams to a pod of another node.
    let questions: UInt64 = 50

    var what: String { network == .vxlan ? "other nodes' pods, over VXLAN" : "other nodes' pods, without an overlay" }

    func run(in cluster: ThrowawayCluster) async throws -> Finding {
        let nodes = await cluster.nodes
        let pods = await cluster.pods
        let before = try nodes.map { try counters(of: $0, in: cluster) }
        guard network == .vxlan else {
            let overlays = before.count { $0 != nil }
            return Finding(expected: "no flannel.1", seen: "\(overlays) flannel.1", holds: overlays == 0)
        }
        guard nodes.count > 1, let other = pods.first(where: { $0.node == nodes[1].name }) else {
            let isThere = before.allSatisfy { $0 != nil }
            return Finding(expected: "flannel.1, one node", seen: isThere ? "flannel.1" : "none", holds: isThere)
        }
        let probe = Probe(.udp, other.endpoint(8080))
        _ = try cluster.ask(probe, times: Int(questions), from: pods[0])
        let after = try nodes.prefix(2).map { try counters(of: $0, in: cluster) }
        guard let sender = before[0], let receiver = before[1], let sent = after[0], let arrived = after[1] else {
            return Finding(expected: "flannel.1 on every node", seen: "none", holds: false)
        }
        let (out, back) = (sent.sent - sender.sent, arrived.received - receiver.received)
        return Finding(
            expected: "at least \(questions) packets out by flannel.1, and in",
            seen: "\(out) out, \(back) in",
            holds: out >= questions && back >= questions
        )
    }

    private func counters(of node: ClusterNode, in cluster: ThrowawayCluster) throws -> LinkCounters? {
        try cluster.run(on: node) { try LinkCounters.read("flannel.1") }
    }
}

/// The largest packets that a pod may send reach a pod of another node whole, and one byte more is refused: the MTU fits
/// the network.
struct WholePacketCheck: DemoCheck {
    let network: DemoOptions.Network

    let what = "packets of the pods' MTU, unfragmented"

    func run(in cluster: ThrowawayCluster) async throws -> Finding {
        let pods = await cluster.pods
        let wanted = network == .vxlan ? ClusterLayout.overlayMTU : ClusterLayout.underlayMTU
        guard let other = pods.last, other.name != pods[0].name else {
            return Finding(expected: "two pods", seen: "one", holds: false)
        }
        let whole = [(pods[0], other), (other, pods[0])].map { from, to in
            outcome(of: Int(wanted), from: from, to: to, in: cluster)
        }
        let tooLong = outcome(of: Int(wanted) + 1, from: pods[0], to: other, in: cluster)
        let holds = whole == [other.name, pods[0].name] && tooLong == Self.refused
        return Finding(
            expected: "\(wanted) bytes both ways, \(wanted + 1) refused",
            seen: holds
                ? "\(wanted) bytes both ways, \(wanted + 1) refused" : (whole + [tooLong]).joined(separator: ", "),
            holds: holds
        )
    }

    private static let refused = "too long"

    /// Who answered, or why nobody did.
    private func outcome(of length: Int, from: ClusterPod, to: ClusterPod, in cluster: ThrowawayCluster) -> String {
        do {
            return try cluster.run(on: from) { try WholePacketProbe(to.endpoint(8080), length: length).ask() }.server
        } catch let error as TrafficError where error.code == .tooLong {
            return Self.refused
        } catch {
            return "\(error)"
        }
    }
}
