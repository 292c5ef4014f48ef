public import BenchRunner
import ClusterModel
import LinuxSystem
import NetworkTypes
import ServicePlan
import ServiceProxy

/// What it costs to program a cluster's Services into a kernel that has none, and to move one endpoint.
///
/// Both begin with the JSON text that the API server sends and end when the kernel has answered. Every round has a
/// network namespace of its own.
public final class ProgramScenario: BenchScenario {
    /// `program`.
    public let name = "program"
    /// What it asks.
    public let question = "How long from the objects' JSON until the kernel has every Service, and one endpoint moved?"
    /// Services and endpoints.
    public let parameters: [BenchParameter]
    /// The modes.
    public let variants: [BenchVariant]
    /// The mode that most nodes run today.
    public let baseline = BenchMode.iptables.rawValue
    /// By the number of endpoints.
    public let expectedWork: Double

    private let cluster: SyntheticCluster
    private let isCounted: Bool
    private var texts: (services: [UInt8], slices: [UInt8])?
    /// How many endpoints each round moves, of so many at most; the moves end earlier when they take long.
    private static let moves = (fewest: 5, most: 50, seconds: 0.5)

    /// A scenario of one size.
    ///
    /// - Parameters:
    ///   - modes: what is compared.
    ///   - services: how many Services.
    ///   - endpoints: how many endpoints each of them has.
    ///   - isCounted: whether the clock counts instructions; every round does exactly the same then.
    public init(_ modes: [BenchMode], services: Int, endpoints: Int, isCounted: Bool = false) {
        variants = modes.map(\.variant)
        parameters = [BenchParameter("services", services), BenchParameter("endpoints", endpoints)]
        cluster = SyntheticCluster(services: services, endpoints: endpoints)
        expectedWork = Double(services * (endpoints + 4) * modes.count)
        self.isCounted = isCounted
    }

    /// Checks the mode, and makes the objects' text once.
    public func setUp(_ variant: BenchVariant) throws {
        if let reason = BenchMode(rawValue: variant.name)?.reasonForAbsence { throw BenchError(reason) }
        if texts == nil { texts = (cluster.serviceList, cluster.sliceList) }
    }

    /// Programs everything into a fresh namespace, and then moves endpoints.
    public func measure(_ variant: BenchVariant, round: Int) throws -> [BenchMeasurement] {
        guard let mode = BenchMode(rawValue: variant.name), let texts else { return [] }
        return try withNetworkNamespace(NodeNetworkPlan.loneNode()) {
            let backend = try mode.backend()
            var planner = ServicePlanner(node: Self.node)
            let first = try Self.firstSync(backend, &planner, texts)
            let moves = try moveEndpoints(backend, &planner)
            return first.measurements("first sync") + moves.measurements("one endpoint moved")
        }
    }

    /// Forgets the text; the namespaces are gone already.
    public func tearDown() { texts = nil }

    static var node: NodeContext {
        NodeContext(
            name: "bench-node",
            addresses: [.v4(NodeNetworkPlan.nodeAddress)],
            localDetector: .sourcePrefixes(IPPrefix(SyntheticCluster.podPrefix).map { [$0] } ?? [])
        )
    }

    private static func firstSync(
        _ backend: any ProxyBackend,
        _ planner: inout ServicePlanner,
        _ texts: (services: [UInt8], slices: [UInt8])
    ) throws -> PhaseTimes {
        var times = PhaseTimes()
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
            try check(report)
        }
        _ = planner.takeDirty()
        return times
    }

    private func moveEndpoints(_ backend: any ProxyBackend, _ planner: inout ServicePlanner) throws -> PhaseTimes {
        var times = PhaseTimes()
        let start = MonotonicTime.now
        for move in 1...Self.moves.most {
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
            let isLong = isCounted || MonotonicTime.now - start > .seconds(Self.moves.seconds)
            if move >= Self.moves.fewest, isLong { break }
        }
        return times
    }

    private static func check(_ report: ProxyReport) throws {
        if let refused = report.refused.first { throw BenchError("no room in the rules for \(refused)") }
    }
}
