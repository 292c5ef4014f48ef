public import BenchRunner
import LinuxSystem
import NFTables
import ServiceProxy

/// What a proxy mode takes from JSON to kernel, beside the floor: the very same messages, made beforehand, as one plain
/// batch.
///
/// The messages are those that the mode committed once before the rounds. Every round has a network namespace of its
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
    private let moveCount: Int
    private var texts: (services: [UInt8], slices: [UInt8])?
    /// The messages of the first sync, and of each move.
    private var batches: (first: [[UInt8]], moves: [[UInt8]])?

    /// A scenario of one mode and size.
    ///
    /// - Parameters:
    ///   - mode: a mode that writes with nf_tables alone: not ipvs.
    ///   - services: how many Services.
    ///   - endpoints: how many endpoints each of them has.
    ///   - moves: how many endpoints each round moves.
    public init(_ mode: BenchMode, services: Int, endpoints: Int, moves: Int = 10) {
        self.mode = mode
        moveCount = moves
        name = "batch \(mode.rawValue)"
        variants = [BenchVariant(baseline), mode.variant]
        parameters = [BenchParameter("services", services), BenchParameter("endpoints", endpoints)]
        cluster = SyntheticCluster(services: services, endpoints: endpoints)
        expectedWork = Double(services * (endpoints + 4) * 2)
    }

    /// Checks the mode, and records its messages once.
    public func setUp(_ variant: BenchVariant) throws {
        if mode == .ipvs {
            throw BenchError("mode ipvs writes with more than nf_tables: only iptables and nftables can be replayed")
        }
        if let reason = mode.reasonForAbsence { throw BenchError(reason) }
        if batches == nil { try record() }
    }

    private func record() throws {
        let texts = (cluster.serviceList, cluster.sliceList)
        self.texts = texts
        let recorder = CommitRecorder()
        batches = try withNetworkNamespace(NodeNetworkPlan.loneNode()) {
            var work = ClusterProgramming(cluster, try mode.backend(recorder: recorder))
            var times = PhaseTimes()
            try work.firstSync(texts, &times)
            let first = try recorder.take().map { try $0.encoded().bytes() }
            for move in 1...moveCount { try work.moveEndpoint(move, &times) }
            return (first, try recorder.take().map { try $0.encoded().bytes() })
        }
    }

    /// Everything into a fresh namespace, and then some endpoints moved.
    public func measure(_ variant: BenchVariant, round: Int) throws -> [BenchMeasurement] {
        guard let texts, let batches else { return [] }
        return try withNetworkNamespace(NodeNetworkPlan.loneNode()) {
            var (first, moves) = (PhaseTimes(), PhaseTimes())
            if variant.name == baseline {
                let socket = try PlainBatch()
                try first.record { _ in for batch in batches.first { try socket.send(batch) } }
                for batch in batches.moves { try moves.record { _ in try socket.send(batch) } }
                return [first.total(Self.firstSync), moves.total(Self.moved)]
            }
            var work = ClusterProgramming(cluster, try mode.backend())
            try work.firstSync(texts, &first)
            for move in 1...moveCount { try work.moveEndpoint(move, &moves) }
            return first.measurements(Self.firstSync) + moves.measurements(Self.moved)
        }
    }

    private static let firstSync = "first sync"
    private static let moved = "one endpoint moved"

    /// Forgets text and messages; the namespaces are gone already.
    public func tearDown() { (texts, batches) = (nil, nil) }
}
