public import BenchRunner
import LinuxSystem

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
            var work = ClusterProgramming(cluster, try mode.backend())
            var (first, moves) = (PhaseTimes(), PhaseTimes())
            try work.firstSync(texts, &first)
            let start = MonotonicTime.now
            for move in 1...Self.moves.most {
                // By a stride that has no divisor in common with the cluster's size.
                let service = move * 7919 % cluster.serviceCount
                try work.make(ClusterStep(kind: .moved, service: service, move: move), &moves)
                let isLong = isCounted || MonotonicTime.now - start > .seconds(Self.moves.seconds)
                if move >= Self.moves.fewest, isLong { break }
            }
            return first.measurements("first sync") + moves.measurements("one endpoint moved")
        }
    }

    /// Forgets the text; the namespaces are gone already.
    public func tearDown() { texts = nil }
}
