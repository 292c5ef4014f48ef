public import BenchRunner
import LinuxSystem
import ServiceProxy

/// What a mode once wrote for a cluster and for changes of it, to be sent again as plain batches: the floor.
///
/// The messages are made once, beforehand; what went to the kernel by one call is then sent by one send(2).
public struct PlainReplay: Sendable {
    private struct Part {
        var kind: ClusterStep.Kind
        var datagrams: [PlainDatagram]
    }

    private let mode: BenchMode
    private let first: [PlainDatagram]
    private let parts: [Part]

    /// Records what a mode writes.
    ///
    /// - Parameters:
    ///   - mode: the mode.
    ///   - cluster: what is there first.
    ///   - steps: what changes then.
    /// - Throws: `BenchError` with what the kernel lacks.
    public init(_ mode: BenchMode, _ cluster: SyntheticCluster, _ steps: [ClusterStep]) throws {
        if let reason = mode.reasonForAbsence { throw BenchError(reason) }
        let recorder = CommitRecorder()
        var first: [PlainDatagram] = []
        var parts: [Part] = []
        try withNetworkNamespace(NodeNetworkPlan.loneNode()) {
            var work = ClusterProgramming(cluster, try mode.backend(recorder: recorder))
            var times = PhaseTimes()
            try work.firstSync((cluster.serviceList, cluster.sliceList), &times)
            first = try Self.taken(recorder)
            for step in steps {
                try work.make(step, &times)
                parts.append(Part(kind: step.kind, datagrams: try Self.taken(recorder)))
            }
        }
        (self.mode, self.first, self.parts) = (mode, first, parts)
    }

    private static func taken(_ recorder: CommitRecorder) throws -> [PlainDatagram] {
        try recorder.take().flatMap { try $0.datagrams() }
    }

    /// Sends everything into a fresh namespace that has the mode's settings.
    ///
    /// - Returns: one figure for what is there first, and the figures of each kind of change.
    /// - Throws: `BenchError` when the kernel refuses something.
    public func measure() throws -> (first: BenchMeasurement, changes: [ClusterStep.Kind: BenchMeasurement]) {
        try withNetworkNamespace(NodeNetworkPlan.loneNode()) {
            try mode.prepareKernel()
            let plain = try PlainBatch()
            var whole = PhaseTimes()
            try whole.record { _ in for datagram in first { try plain.send(datagram) } }
            var times = StepTimes()
            for part in parts {
                try times[part.kind].record { _ in for datagram in part.datagrams { try plain.send(datagram) } }
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
