public import BenchRunner
public import BenchScenarios
import LinuxSystem

/// What a node gets of weftd: how soon it is ready, how soon it follows, what memory and processor it takes for that.
///
/// weftd is a process in a fresh namespace, with weft-store before it, as on a node.
public final class NodeScenario: BenchScenario {
    /// `node`.
    public let name = "node"
    /// What it asks.
    public let question = "How soon is weftd ready and does it follow, and what memory and processor does it take?"
    /// Services and endpoints.
    public let parameters: [BenchParameter]
    /// The modes.
    public let variants: [BenchVariant]
    /// The mode that most nodes run today.
    public let baseline = BenchMode.iptables.rawValue
    /// By the number of endpoints, and a start of processes.
    public let expectedWork: Double

    private let cluster: SyntheticCluster
    private let moveCount: Int
    private let idleTime: Duration
    private let patience: Duration
    private var store: PeerStore?
    /// Counts on through all rounds: each move leads to an address of its own.
    private var moves = 0

    /// A scenario of one size.
    ///
    /// - Parameters:
    ///   - modes: what is compared.
    ///   - services: how many Services.
    ///   - endpoints: how many endpoints each of them has.
    ///   - moves: how many endpoints each round moves.
    ///   - idleTime: how long weftd is watched while nothing happens.
    ///   - patience: how long weftd may take until all is in the kernel.
    public init(
        _ modes: [BenchMode],
        services: Int,
        endpoints: Int,
        moves: Int = 100,
        idleTime: Duration = .seconds(10),
        patience: Duration = .seconds(180)
    ) {
        variants = modes.map { BenchVariant($0.rawValue) }
        parameters = [BenchParameter("services", services), BenchParameter("endpoints", endpoints)]
        expectedWork = Double((services * (endpoints + 4) + 200_000) * modes.count)
        cluster = SyntheticCluster(services: services, endpoints: endpoints)
        moveCount = moves
        self.idleTime = idleTime
        self.patience = patience
    }

    /// Makes the store's folder, and checks that the mode's commits can be seen.
    public func setUp(_ variant: BenchVariant) async throws {
        if variant.name == BenchMode.ipvs.rawValue {
            throw BenchError("mode ipvs tells nobody when it has written: only iptables and nftables can be timed so")
        }
        if store == nil { store = try PeerStore(cluster) }
    }

    /// Starts store and weftd, waits until all Services are in the kernel, lets weftd rest, and moves endpoints.
    public func measure(_ variant: BenchVariant, round: Int) async throws -> [BenchMeasurement] {
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
                "start to all in the kernel",
                [Double(ready.nanoseconds - start.nanoseconds)],
                processorTime: try process.processorTime()
            )
        ]
        results += try await rest(process)
        results += try await follow(process, view, namespace, store)
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

    /// Moves endpoints one by one.
    private func follow(
        _ process: PeerProcess,
        _ view: KernelView,
        _ namespace: NetworkNamespace,
        _ store: PeerStore
    ) async throws -> [BenchMeasurement] {
        let clock = try await ChangeClock(namespace, store.client)
        defer { clock.stop() }
        var (fromEvent, fromRequest): ([Double], [Double]) = ([], [])
        let before = try process.exactProcessorTime()
        for _ in 0..<moveCount {
            // Longer than weftd's least time between two writes.
            try await Task.sleep(for: .milliseconds(30))
            moves += 1
            let times = try await clock.time(process) { [moves, changes = store.changes] in
                try await changes.move(service: moves * 7919 % changes.cluster.serviceCount, move: moves)
            }
            fromEvent.append(times.sinceEvent)
            fromRequest.append(times.sinceRequest)
        }
        guard try view.contains(SyntheticCluster.movedAddress(moves)) else {
            throw BenchError("weftd wrote, but the last moved endpoint is not in the kernel")
        }
        let processor = (try process.exactProcessorTime() - before) / Double(moveCount)
        return [
            BenchMeasurement("one endpoint moved, from event", fromEvent, processorTime: processor),
            BenchMeasurement("one endpoint moved, from request", fromRequest),
        ]
    }
}
