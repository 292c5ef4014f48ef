import BenchRunner
import ClusterModel
import NetworkTypes
import ServicePlan
import ServiceProxy

/// A backend in a namespace, and the planner that feeds it: what scenarios measure step by step.
struct ClusterProgramming {
    private let cluster: SyntheticCluster
    private let backend: any ProxyBackend
    private var planner = ServicePlanner(node: ClusterProgramming.node)

    init(_ cluster: SyntheticCluster, _ backend: any ProxyBackend) {
        self.cluster = cluster
        self.backend = backend
    }

    static var node: NodeContext {
        NodeContext(
            name: "bench-node",
            addresses: [.v4(NodeNetworkPlan.nodeAddress)],
            localDetector: .sourcePrefixes(IPPrefix(SyntheticCluster.podPrefix).map { [$0] } ?? [])
        )
    }

    /// From the text of two lists to a kernel that has all of it.
    mutating func firstSync(_ texts: (services: [UInt8], slices: [UInt8]), _ times: inout PhaseTimes) throws {
        try times.record { part in
            let (services, slices) = try BenchClock.time(&part.decode) {
                (
                    try ClusterDecoding.list(texts.services, of: Service.self),
                    try ClusterDecoding.list(texts.slices, of: EndpointSlice.self)
                )
            }
            let specs = BenchClock.time(&part.plan) {
                for service in services { planner.upsert(service) }
                for slice in slices { planner.upsert(slice) }
                return planner.specs(.ipv4)
            }
            let report = try backend.replaceAll(with: specs, node: planner.node)
            part.take(report.phases)
            try Self.check(report)
        }
        _ = planner.takeDirty()
    }

    /// From the text of an event to a kernel that knows that one endpoint went elsewhere; `move` counts from 1.
    mutating func moveEndpoint(_ move: Int, _ times: inout PhaseTimes) throws {
        // All over the cluster, by a stride that has no divisor in common with its size.
        let text = cluster.movedSlice(ofService: move * 7919 % cluster.serviceCount, move: move)
        try times.record { part in
            let slice = try BenchClock.time(&part.decode) {
                try ClusterDecoding.object(text, as: EndpointSlice.self)
            }
            let changes = BenchClock.time(&part.plan) {
                planner.upsert(slice)
                return planner.takeDirty()
            }
            let report = try backend.apply(changes)
            part.take(report.phases)
            guard report.outcome == .changed else { throw BenchError("a moved endpoint changed nothing") }
            try Self.check(report)
        }
    }

    private static func check(_ report: ProxyReport) throws {
        if let refused = report.refused.first { throw BenchError("no room in the rules for \(refused)") }
    }
}
