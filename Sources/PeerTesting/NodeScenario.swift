public import BenchRunner
public import BenchScenarios
import LinuxSystem

/// What a node gets of weftd: how soon it is ready, how soon it follows, what memory and processor it takes for that.
///
/// weftd is a process in a fresh namespace, with weft-store before it, as on a node. Beside each mode stands its floor:
/// the very same messages, made beforehand and sent as plain batches.
public final class NodeScenario: BenchScenario {
    /// `node`.
    public let name = "node"
    /// What it asks.
    public let question = "How soon is weftd ready and does it follow, and what memory and processor does it take?"
    /// Services and endpoints.
    public let parameters: [BenchParameter]
    /// The modes.
    public let variants: [BenchVariant]
    /// The mode that most nodes run today; where only one is asked for, its floor.
    public let baseline: String
    /// By the number of endpoints, and a start of processes.
    public let expectedWork: Double

    private let cluster: SyntheticCluster
    private let changeCount: Int
    private let idleTime: Duration
    private let patience: Duration
    private var store: PeerStore?
    /// The floors, by the name of their variant.
    private var floors: [String: PlainReplay] = [:]
    /// How many changes of each kind were made in all rounds: each move leads to an address of its own.
    private var changes = 0

    /// A scenario of one size.
    ///
    /// - Parameters:
    ///   - modes: what is compared.
    ///   - services: how many Services.
    ///   - endpoints: how many endpoints each of them has.
    ///   - changes: how many changes of each kind a round makes.
    ///   - idleTime: how long weftd is watched while nothing happens.
    ///   - patience: how long weftd may take until all is in the kernel.
    public init(
        _ modes: [BenchMode],
        services: Int,
        endpoints: Int,
        changes: Int = 100,
        idleTime: Duration = .seconds(10),
        patience: Duration = .seconds(180)
    ) {
        variants = modes.flatMap { mode in
            (mode == .ipvs ? [] : [BenchVariant("\(mode.rawValue) floor")]) + [BenchVariant(mode.rawValue)]
        }
        baseline = modes.count > 1 ? BenchMode.iptables.rawValue : variants[0].name
        parameters = [BenchParameter("services", services), BenchParameter("endpoints", endpoints)]
        expectedWork = Double((services * (endpoints + 4) + 200_000) * modes.count)
        cluster = SyntheticCluster(services: services, endpoints: endpoints)
        changeCount = changes
        self.idleTime = idleTime
        self.patience = patience
    }

    /// Makes the store's folder, and checks that the mode's commits can be seen.
    public func setUp(_ variant: BenchVariant) async throws {
        if variant.name == BenchMode.ipvs.rawValue {
            throw BenchError("mode ipvs tells nobody when it has written: only iptables and nftables can be timed so")
        }
        if store == nil { store = try PeerStore(cluster) }
        if let mode = BenchMode.allCases.first(where: { variant.name == "\($0.rawValue) floor" }) {
            floors[variant.name] = try PlainReplay(mode, cluster, ClusterStep.steps(of: cluster, changeCount))
        }
    }

    /// Starts store and weftd, waits until all Services are in the kernel, lets weftd rest, and changes the objects.
    public func measure(_ variant: BenchVariant, round: Int) async throws -> [BenchMeasurement] {
        if let floor = floors[variant.name] { return try measure(floor) }
        guard let store else { return [] }
        let namespace = try PeerStore.nodeNamespace()
        let server = try await store.start(in: namespace)
        let view = try KernelView(namespace, mode: variant.name)
        let program = try PeerProgram.weftd()
        let arguments = try program.arguments(mode: variant.name, directory: store.directory)
        let start = MonotonicTime.now
        let process = try PeerProcess(
            "weftd",
            program.path,
            arguments,
            in: namespace,
            log: "\(store.directory)/weftd.log"
        )
        let ready = try await process.waitForServices(cluster.serviceCount, view, patience, since: start)
        var results = [
            BenchMeasurement(
                Self.start,
                [Double(ready.nanoseconds - start.nanoseconds)],
                processorTime: try process.processorTime()
            )
        ]
        results += try await rest(process)
        let steps = ClusterStep.steps(of: cluster, changeCount, after: changes)
        changes += changeCount
        results += try await follow(steps, process, namespace, store)
        if let last = steps.last(where: { $0.kind == .moved }),
            try !view.contains(SyntheticCluster.movedAddress(last.move), ofService: last.service)
        {
            throw BenchError("weftd wrote, but the last moved endpoint is not in the kernel")
        }
        try process.stop()
        try server.stop()
        return results
    }

    /// Removes the store's folder; the processes have ended, or end with their handles.
    public func tearDown() async {
        await store?.remove()
        store = nil
    }

    /// What it has and takes while nothing happens.
    private func rest(_ process: PeerProcess) async throws -> [BenchMeasurement] {
        // The other family, and what the start left to be done.
        try await Task.sleep(for: .seconds(2))
        let (start, before) = (MonotonicTime.now, try process.exactProcessorTime())
        try await Task.sleep(for: idleTime)
        let used = try process.exactProcessorTime() - before
        let memory = try process.memory()
        return [
            BenchMeasurement("resident memory", [memory.resident], unit: .bytes),
            BenchMeasurement("most memory ever", [memory.most], unit: .bytes),
            BenchMeasurement("idle processor", [used / ((MonotonicTime.now - start) / .nanoseconds(1))], unit: .share),
        ]
    }

    private static let start = "start to all in the kernel"

    /// The plain batches of a mode, under the names of what they are the floor of.
    private func measure(_ floor: PlainReplay) throws -> [BenchMeasurement] {
        let (first, changes) = try floor.measure()
        let start = BenchMeasurement(Self.start, first.values, processorTime: first.processorTime)
        return [start]
            + ClusterStep.Kind.allCases.compactMap { kind in
                changes[kind].map {
                    BenchMeasurement(Self.fromEvent($0.metric), $0.values, processorTime: $0.processorTime)
                }
            }
    }

    private static func fromEvent(_ metric: String) -> String { "\(metric), from event" }

    /// Changes the objects one by one.
    private func follow(
        _ steps: [ClusterStep],
        _ process: PeerProcess,
        _ namespace: NetworkNamespace,
        _ store: PeerStore
    ) async throws -> [BenchMeasurement] {
        let clock = try await ChangeClock(namespace, store.client)
        defer { clock.stop() }
        var times: [ClusterStep.Kind: [ChangeClock.Times]] = [:]
        let before = try process.exactProcessorTime()
        for step in steps {
            // Longer than weftd's least time between two writes.
            try await Task.sleep(for: .milliseconds(30))
            let time = try await clock.time(process) { [changes = store.changes] in try await changes.make(step) }
            times[step.kind, default: []].append(time)
        }
        let processor = (try process.exactProcessorTime() - before) / Double(max(steps.count, 1))
        return ClusterStep.Kind.allCases.flatMap { kind -> [BenchMeasurement] in
            guard let metric = kind.metric, let times = times[kind] else { return [] }
            let fromEvent = BenchMeasurement(
                Self.fromEvent(metric),
                times.map(\.sinceEvent),
                processorTime: processor
            )
            guard kind == .moved else { return [fromEvent] }
            return [fromEvent, BenchMeasurement("\(metric), from request", times.map(\.sinceRequest))]
        }
    }
}
