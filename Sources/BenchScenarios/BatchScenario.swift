public import BenchRunner
import LinuxSystem
import ServiceProxy

/// What a proxy mode takes from JSON to kernel, beside the floor: the very same messages, made beforehand, as one plain
/// batch.
///
/// The messages are those that the mode wrote once before the rounds. Every round has a network namespace of its
/// own.
public final class BatchScenario: BenchScenario {
    /// `batch iptables`.
    public let name: String
    /// What it asks.
    public let question = "How much does all that Weft does add to a plain batch of the very same messages?"
    /// Services and endpoints.
    public let parameters: [BenchParameter]
    /// The plain batch, and the mode.
    public let variants: [BenchVariant]
    /// The plain batch.
    public let baseline = "plain batch"
    /// By the number of endpoints.
    public let expectedWork: Double

    private let mode: BenchMode
    private let cluster: SyntheticCluster
    private let steps: [ClusterStep]
    private var texts: (services: [UInt8], slices: [UInt8])?
    private var floor: PlainReplay?

    /// A scenario of one mode and size.
    ///
    /// - Parameters:
    ///   - mode: the mode.
    ///   - services: how many Services.
    ///   - endpoints: how many endpoints each of them has.
    ///   - changes: how many changes of each kind a round makes.
    public init(_ mode: BenchMode, services: Int, endpoints: Int, changes: Int = 10) {
        self.mode = mode
        name = "batch \(mode.rawValue)"
        variants = [BenchVariant(baseline), mode.variant]
        parameters = [BenchParameter("services", services), BenchParameter("endpoints", endpoints)]
        cluster = SyntheticCluster(services: services, endpoints: endpoints)
        steps = ClusterStep.steps(of: cluster, changes)
        expectedWork = Double(services * (endpoints + 4) * 2)
    }

    /// Checks the mode, and records its messages once.
    public func setUp(_ variant: BenchVariant) throws {
        if floor == nil { floor = try PlainReplay(mode, cluster, steps) }
        if texts == nil { texts = (cluster.serviceList, cluster.sliceList) }
    }

    /// Everything into a fresh namespace, and then the changes.
    public func measure(_ variant: BenchVariant, round: Int) throws -> [BenchMeasurement] {
        guard let texts, let floor else { return [] }
        if variant.name == baseline {
            let (first, changes) = try floor.measure()
            return [first] + ClusterStep.Kind.allCases.compactMap { changes[$0] }
        }
        return try withNetworkNamespace(NodeNetworkPlan.loneNode()) {
            var (first, times) = (PhaseTimes(), StepTimes())
            var work = ClusterProgramming(cluster, try mode.backend())
            try work.firstSync(texts, &first)
            for step in steps { try work.make(step, &times[step.kind]) }
            return first.measurements("first sync") + times.measurements
        }
    }

    /// Forgets text and messages; the namespaces are gone already.
    public func tearDown() { (texts, floor) = (nil, nil) }
}
