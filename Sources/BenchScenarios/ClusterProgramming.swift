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

    /// From the text of an event to a kernel that knows of the change.
    mutating func make(_ step: ClusterStep, _ times: inout PhaseTimes) throws {
        let change = cluster.change(step)
        try times.record { part in
            let event = try BenchClock.time(&part.decode) { try Event(change) }
            let changes = BenchClock.time(&part.plan) {
                event.tell(&planner)
                return planner.takeDirty()
            }
            let report = try backend.apply(changes)
            part.take(report.phases)
            guard report.outcome == .changed else { throw BenchError("\(step) changed nothing") }
            try Self.check(report)
        }
    }

    /// What a watch tells.
    private enum Event {
        case service(Service)
        case slice(EndpointSlice)
        case noService(ObjectKey)
        case noSlice(ObjectKey)

        init(_ change: SyntheticCluster.Change) throws {
            let namespace = SyntheticCluster.namespace
            switch change {
            case .newService(let text): self = .service(try ClusterDecoding.object(text, as: Service.self))
            case .newSlice(let text), .changedSlice(let text):
                self = .slice(try ClusterDecoding.object(text, as: EndpointSlice.self))
            case .noService(let name): self = .noService(ObjectKey(namespace: namespace, name: name))
            case .noSlice(let name): self = .noSlice(ObjectKey(namespace: namespace, name: name))
            }
        }

        func tell(_ planner: inout ServicePlanner) {
            switch self {
            case .service(let service): planner.upsert(service)
            case .slice(let slice): planner.upsert(slice)
            case .noService(let key): planner.removeService(key)
            case .noSlice(let key): planner.removeSlice(key)
            }
        }
    }

    private static func check(_ report: ProxyReport) throws {
        if let refused = report.refused.first { throw BenchError("no room in the rules for \(refused)") }
    }
}
