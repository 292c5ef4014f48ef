public import BenchRunner
import LinuxSystem
import NFTables
import ServiceProxy

/// What a mode once committed for a cluster and for changes of it, to be sent again as plain batches: the floor.
///
/// The messages are made once, beforehand; each is then sent by one send(2).
public struct PlainReplay: Sendable {
    private struct Part {
        var kind: ClusterStep.Kind
        var batches: [[UInt8]]
    }

    private let first: [[UInt8]]
    private let parts: [Part]

    /// Records what a mode commits.
    ///
    /// - Parameters:
    ///   - mode: a mode that writes with nf_tables alone: not ipvs.
    ///   - cluster: what is there first.
    ///   - steps: what changes then.
    /// - Throws: `BenchError` for ipvs, and what the kernel lacks.
    public init(_ mode: BenchMode, _ cluster: SyntheticCluster, _ steps: [ClusterStep]) throws {
        if mode == .ipvs {
            throw BenchError("mode ipvs writes with more than nf_tables: only iptables and nftables can be replayed")
        }
        if let reason = mode.reasonForAbsence { throw BenchError(reason) }
        let recorder = CommitRecorder()
        var first: [[UInt8]] = []
        var parts: [Part] = []
        try withNetworkNamespace(NodeNetworkPlan.loneNode()) {
            var work = ClusterProgramming(cluster, try mode.backend(recorder: recorder))
            var times = PhaseTimes()
            try work.firstSync((cluster.serviceList, cluster.sliceList), &times)
            first = try Self.taken(recorder)
            for step in steps {
                try work.make(step, &times)
                parts.append(Part(kind: step.kind, batches: try Self.taken(recorder)))
            }
        }
        (self.first, self.parts) = (first, parts)
    }

    private static func taken(_ recorder: CommitRecorder) throws -> [[UInt8]] {
        try recorder.take().map { try $0.encoded().bytes() }
    }

    /// Sends everything into a fresh namespace.
    ///
    /// - Returns: one figure for what is there first, and the figures of each kind of change.
    /// - Throws: `BenchError` when the kernel refuses something.
    public func measure() throws -> (first: BenchMeasurement, changes: [ClusterStep.Kind: BenchMeasurement]) {
        try withNetworkNamespace(NodeNetworkPlan.loneNode()) {
            let socket = try PlainBatch()
            var whole = PhaseTimes()
            try whole.record { _ in for batch in first { try socket.send(batch) } }
            var times = StepTimes()
            for part in parts {
                try times[part.kind].record { _ in for batch in part.batches { try socket.send(batch) } }
            }
            return (whole.total("first sync"), times.totals)
        }
    }
}

/// What changes took, by kind.
struct StepTimes {
    private var times: [ClusterStep.Kind: PhaseTimes] = [:]

    subscript(kind: ClusterStep.Kind) -> PhaseTimes {
        get { times[kind] ?? PhaseTimes() }
        _modify { yield &times[kind, default: PhaseTimes()] }
    }

    /// Of each kind that has figures, the whole alone.
    var totals: [ClusterStep.Kind: BenchMeasurement] {
        times.reduce(into: [:]) { totals, part in
            if let metric = part.key.metric { totals[part.key] = part.value.total(metric) }
        }
    }

    /// With their phases, in the order of tables.
    var measurements: [BenchMeasurement] {
        ClusterStep.Kind.allCases.flatMap { kind in
            kind.metric.flatMap { times[kind]?.measurements($0) } ?? []
        }
    }
}
