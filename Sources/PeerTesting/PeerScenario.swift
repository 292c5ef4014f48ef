public import BenchRunner
public import BenchScenarios
import LinuxSystem

/// What a whole node proxy takes, as a process with a store before it: weftd beside a real kube-proxy, on the very same
/// objects.
///
/// It has more in it than the scenario `program`: the process's start, HTTP, lists and watches. So it stands apart.
public final class PeerScenario: BenchScenario {
    /// `peer`.
    public let name = "peer"
    /// What it asks.
    public let question =
        "How long from a proxy's start, and from an endpoint's change in the store, until the kernel has it (API included)?"
    /// Services and endpoints.
    public let parameters: [BenchParameter]
    /// Each program in each mode.
    public let variants: [BenchVariant]
    /// The peer in the first mode.
    public let baseline: String
    /// By the number of endpoints, and a start of processes.
    public let expectedWork: Double

    private let cluster: SyntheticCluster
    private let programs: [String: (program: PeerProgram, mode: String)]
    private let patience: Duration
    private var store: PeerStore?
    /// Counts on through all rounds: each move leads to an address of its own.
    private var moves = 0
    private static let movesEach = 10

    /// A scenario of one size.
    ///
    /// - Parameters:
    ///   - programs: what is compared; ratios are to the last one.
    ///   - modes: the modes of each.
    ///   - services: how many Services.
    ///   - endpoints: how many endpoints each of them has.
    ///   - patience: how long a program may take until all is in the kernel.
    public init(
        _ programs: [PeerProgram],
        modes: [BenchMode],
        services: Int,
        endpoints: Int,
        patience: Duration = .seconds(180)
    ) {
        let pairs = modes.flatMap { mode in
            programs.map { ("\($0.name) \(mode.rawValue)", (program: $0, mode: mode.rawValue)) }
        }
        variants = pairs.map { BenchVariant($0.0) }
        self.programs = Dictionary(pairs) { first, _ in first }
        baseline = programs.last.flatMap { last in modes.first.map { "\(last.name) \($0.rawValue)" } } ?? ""
        parameters = [BenchParameter("services", services), BenchParameter("endpoints", endpoints)]
        expectedWork = Double((services * (endpoints + 4) + 10_000) * modes.count)
        cluster = SyntheticCluster(services: services, endpoints: endpoints)
        self.patience = patience
    }

    /// Makes the store's folder.
    public func setUp(_ variant: BenchVariant) async throws {
        if store == nil { store = try PeerStore(cluster) }
    }

    /// Starts store and program in a fresh namespace, waits until all Services are in the kernel, and moves endpoints.
    public func measure(_ variant: BenchVariant, round: Int) async throws -> [BenchMeasurement] {
        guard let store, let (program, mode) = programs[variant.name] else { return [] }
        let namespace = try PeerStore.nodeNamespace()
        let server = try await store.start(in: namespace)
        let view = try KernelView(namespace, mode: mode)
        let arguments = try program.arguments(mode: mode, directory: store.directory)
        let start = MonotonicTime.now
        let process = try PeerProcess(
            variant.name,
            program.path,
            arguments,
            in: namespace,
            log: "\(store.directory)/\(program.name).log"
        )
        let first = try await firstSync(process, view, since: start)
        let moved = try await moveEndpoints(process, view, store)
        try process.stop()
        try server.stop()
        return [first, moved]
    }

    /// Removes the store's folder; the processes have ended, or end with their handles.
    public func tearDown() async {
        await store?.remove()
        store = nil
    }

    private func firstSync(
        _ process: PeerProcess,
        _ view: KernelView,
        since start: MonotonicTime
    ) async throws -> BenchMeasurement {
        let time = try await process.waitForServices(cluster.serviceCount, view, patience, since: start)
        return BenchMeasurement(
            "start to all in the kernel",
            [Double(time.nanoseconds - start.nanoseconds)],
            processorTime: try process.processorTime()
        )
    }

    private func moveEndpoints(
        _ process: PeerProcess,
        _ view: KernelView,
        _ store: PeerStore
    ) async throws -> BenchMeasurement {
        var times: [Double] = []
        let before = try process.processorTime()
        for _ in 0..<Self.movesEach {
            try await Task.sleep(for: .milliseconds(50))
            moves += 1
            times.append(try await moveOne(process, view, store))
        }
        let processor = (try process.processorTime() - before) / Double(times.count)
        return BenchMeasurement("one endpoint moved", times, processorTime: processor)
    }

    private func moveOne(_ process: PeerProcess, _ view: KernelView, _ store: PeerStore) async throws -> Double {
        let (service, move) = (moves * 7919 % cluster.serviceCount, moves)
        let wanted = SyntheticCluster.movedAddress(move)
        var seen = try view.stamp()
        let start = MonotonicTime.now
        try await store.changes.move(service: service, move: move)
        var time = start
        try await process.wait(.seconds(60), for: "moved endpoint \(wanted) in the kernel") {
            let stamp = try view.stamp()
            guard stamp != seen else { return false }
            (seen, time) = (stamp, .now)
            return try view.contains(wanted, ofService: service)
        }
        return Double(time.nanoseconds - start.nanoseconds)
    }
}
