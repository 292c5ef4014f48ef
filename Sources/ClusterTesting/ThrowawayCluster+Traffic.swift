import Glibc
import LinuxSystem
import Synchronization
public import TrafficTesting

extension ThrowawayCluster {
    /// Runs synchronous work inside a host's network namespace.
    public nonisolated func run<Result>(on host: some ClusterHost, _ body: () throws -> Result) throws -> Result {
        try run(inNamespace: host.namespace, body)
    }

    nonisolated func run<Result>(inNamespace name: String, _ body: () throws -> Result) throws -> Result {
        try withNetworkNamespace(.open(named: name), body)
    }

    /// Asks once, from a host.
    public nonisolated func ask(_ probe: Probe, from host: some ClusterHost) throws -> Probe.Answer {
        try run(on: host) { try probe.ask() }
    }

    /// Asks several times, each over a new connection, from a host; the first failure ends it.
    public nonisolated func ask(_ probe: Probe, times: Int, from host: some ClusterHost) throws -> [Probe.Answer] {
        try run(on: host) { try (0..<times).map { _ in try probe.ask() } }
    }

    /// Asks again and again on a thread of its own until it is stopped.
    public nonisolated func askContinuously(
        _ probe: Probe,
        from host: some ClusterHost,
        _ note: @escaping @Sendable (Result<Probe.Answer, TrafficError>) -> Void
    ) throws -> BackgroundTraffic<Void> {
        try BackgroundTraffic(in: host.namespace) { ready, shouldStop in
            ready()
            while !shouldStop() {
                do throws(TrafficError) { note(.success(try probe.ask())) } catch { note(.failure(error)) }
            }
        }
    }

    /// Starts steady traffic from a host and returns once its connections are open.
    public nonisolated func keepTalking(
        _ traffic: SteadyTraffic,
        from host: some ClusterHost
    ) throws -> BackgroundTraffic<SteadyTraffic.Report> {
        try BackgroundTraffic(in: host.namespace) { ready, shouldStop in
            traffic.run(ready: ready, until: shouldStop)
        }
    }
}

/// Traffic on a thread of its own, inside a network namespace, until it is told to stop.
public final class BackgroundTraffic<Report: Sendable>: Sendable {
    private struct State {
        var isReady = false
        var shouldStop = false
        var report: Report?
    }

    private let state = Mutex(State())
    private let thread = Mutex<DedicatedThread?>(nil)

    /// Starts `body` in a namespace and returns when it calls its first argument; its second tells it to stop.
    init(
        in namespace: String,
        _ body: @escaping @Sendable (_ ready: () -> Void, _ shouldStop: () -> Bool) -> Report
    ) throws {
        let namespace = try NetworkNamespace.open(named: namespace)
        // The namespace is entered before the thread's work begins; a failure to do so is seen by the test below.
        try withNetworkNamespace(namespace) {}
        let started = try DedicatedThread.start(name: "traffic") { [self] in
            guard (try? namespace.enterForever()) != nil else { return state.withLock { $0.isReady = true } }
            let report = body(
                { state.withLock { $0.isReady = true } },
                { state.withLock { $0.shouldStop } }
            )
            state.withLock { $0.report = report }
        }
        thread.withLock { $0 = started }
        while !state.withLock({ $0.isReady }) { usleep(1000) }
    }

    /// Tells it to stop, and waits for its report.
    public func stop() {
        state.withLock { $0.shouldStop = true }
        thread.withLock { $0 }?.join()
    }
}

extension BackgroundTraffic where Report == SteadyTraffic.Report {
    /// Stops it and returns what became of it.
    public func finish() -> SteadyTraffic.Report {
        stop()
        return state.withLock { $0.report } ?? SteadyTraffic.Report()
    }
}
