public import ClusterModel
public import CoreMetrics
public import LinuxSystem
public import Logging
import Netlink
import RouteNetlink
import Synchronization

/// Keeps this node's way to the other nodes' pods, and its forwarding parameters, as the Nodes want them.
///
/// Level-triggered: ``nodesChanged()`` and changes in the kernel only wake it up; what to do follows from the Nodes and
/// from what the kernel holds then.
public final class NodeNetworkReconciler: Sendable {
    /// Adds annotations to the own Node, or changes them; others stay.
    public typealias Publish = @Sendable (_ annotations: [String: String]) async throws -> Void

    /// The waits between syncs.
    public struct Timings: Sendable {
        /// The shortest time between two syncs.
        public var pause: Duration = .milliseconds(500)
        /// After this time everything is checked even if nothing seems to have changed.
        public var fullPeriod: Duration = .seconds(60)
        /// After a sync that failed or left something out.
        public var retry: Duration = .seconds(10)

        /// The usual waits.
        public init() {}
    }

    private let kind: NodeNetworkKind
    private let nodeName: String
    private let nodes: @Sendable () -> [Node]
    private let publish: Publish
    private let timings: Timings
    private let namespace: NetworkNamespace?
    private let logger: Logger
    private let metrics: NodeNetworkMetrics
    private let wakeUps: AsyncStream<Void>
    private let wakeUp: AsyncStream<Void>.Continuation
    private let state = Mutex(State())

    private struct State {
        var didSync = false
        var podMTU: UInt32?
        var interest = KernelInterest()
    }

    /// A reconciler for the node of a name.
    ///
    /// - Parameters:
    ///   - kind: how other nodes' pods are reached. What another kind left behind in the kernel is removed.
    ///   - nodeName: the name of the node that this is.
    ///   - nodes: all Nodes there are, from a cache that is filled before ``run()``.
    ///   - publish: writes annotations to the own Node, by which the others find it; called only when the Node lacks
    ///     them, and never for ``NodeNetworkKind/hostGateway``. What it throws is told, counted and tried again.
    ///   - timings: the waits.
    ///   - namespace: where the network is; nil for the process's own network namespace.
    ///   - metrics: where metrics go, such as `MetricsSystem.factory`.
    ///   - logger: for each change (info) and each problem (warning).
    public init(
        _ kind: NodeNetworkKind = .hostGateway,
        nodeName: String,
        nodes: @escaping @Sendable () -> [Node],
        publish: @escaping Publish = { _ in },
        timings: Timings = Timings(),
        namespace: NetworkNamespace? = nil,
        metrics: any MetricsFactory,
        logger: Logger
    ) {
        self.kind = kind
        self.nodeName = nodeName
        self.nodes = nodes
        self.publish = publish
        self.timings = timings
        self.namespace = namespace
        self.metrics = NodeNetworkMetrics(factory: metrics)
        self.logger = logger
        (wakeUps, wakeUp) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// Tells that a Node came, went or changed.
    public func nodesChanged() { wakeUp.yield() }

    /// Whether the kernel was written once; a node that can't be reached doesn't count against it.
    public var isSynced: Bool { state.withLock { $0.didSync } }

    /// The largest packet, in bytes, that pods can send to pods of other nodes; nil while that is not known, and where
    /// the nodes' own links decide (``NodeNetworkKind/hostGateway``).
    public var podMTU: UInt32? { state.withLock { $0.podMTU } }

    /// Syncs until the task is cancelled.
    ///
    /// What was written stays.
    ///
    /// - Throws: when the kernel can't be talked to at all.
    public func run() async throws {
        let backend = try makeBackend()
        let monitor = try RouteWatcher.start(backend.groups, in: namespace) { [weak self] change in
            guard let self else { return }
            if state.withLock({ $0.interest.matters(change) }) { wakeUp.yield() }
        }
        defer { monitor.stop() }
        var known = KnownProblems()
        var publication = Publication()
        while !Task.isCancelled {
            let present = nodes()
            var (problems, annotations) = sync(backend, present)
            if let problem = await publication.bring(annotations, to: present.first { $0.name == nodeName }, publish) {
                metrics.publishFailures.increment()
                problems.mustRetry.append(problem)
            }
            for problem in known.replace(with: problems.all) {
                logger.warning("node network", metadata: ["problem": "\(problem)"])
            }
            metrics.problems.record(Int64(problems.all.count))
            guard (try? await Task.sleep(for: timings.pause)) != nil else { return }
            await waitForChange(atMost: problems.mustRetry.isEmpty ? timings.fullPeriod : timings.retry)
        }
    }

    private func makeBackend() throws -> any NodeNetworkBackend {
        func open() throws(NetlinkError) -> RouteConnection {
            if let namespace { try .open(in: namespace) } else { try .open() }
        }
        let devices = VXLANDevices(try open(), in: namespace)
        return switch kind {
        case .hostGateway:
            HostGatewayNetwork(nodeName: nodeName, routes: HostGatewayRoutes(try open()), devices: devices)
        case .vxlan: VXLANNetwork(nodeName: nodeName, devices: devices, connection: try open())
        }
    }

    private func waitForChange(atMost limit: Duration) async {
        await withTaskGroup { group in
            group.addTask { [wakeUps] in for await _ in wakeUps { return } }
            group.addTask { try? await Task.sleep(for: limit) }
            await group.next()
            group.cancelAll()
        }
    }

    /// What is wrong after a sync.
    private struct Problems {
        /// With Nodes: their change wakes us up.
        var ofNodes: [String] = []
        /// With the kernel or the store.
        var mustRetry: [String] = []

        var all: [String] { ofNodes + mustRetry }
    }

    /// One sync; returns what is wrong, and the annotations that the own Node should have.
    private func sync(_ backend: any NodeNetworkBackend, _ nodes: [Node]) -> (Problems, [String: String]) {
        let began = ContinuousClock.now
        let (families, nodeProblems) = backend.plan(nodes)
        let settings = NodeSettings(in: namespace).apply(families)
        for name in settings.changed {
            logger.info("kernel parameter set", metadata: ["name": "\(name)", "value": "1"])
        }
        var problems = Problems(ofNodes: nodeProblems, mustRetry: settings.problems.map(\.description))
        do {
            let outcome = try backend.apply()
            state.withLock { state in
                state.didSync = true
                state.podMTU = outcome.podMTU ?? state.podMTU
                state.interest = outcome.interest
            }
            problems.mustRetry += outcome.failures
            report(outcome, .now - began)
            return (problems, outcome.annotations)
        } catch {
            metrics.failures.increment()
            problems.mustRetry.append("\(error)")
            return (problems, [:])
        }
    }

    private func report(_ outcome: NodeNetworkOutcome, _ duration: Duration) {
        metrics.duration.recordNanoseconds(Int64(duration / .nanoseconds(1)))
        metrics.routes.record(Int64(outcome.routeCount))
        if !outcome.failures.isEmpty { metrics.failures.increment() }
        for change in outcome.changes { logger.info("node network changed", metadata: ["change": "\(change)"]) }
        logger.log(
            level: outcome.isChange ? .info : .debug,
            "node network synced",
            metadata: [
                "added": "\(outcome.added)", "replaced": "\(outcome.replaced)", "removed": "\(outcome.removed)",
                "unchanged": "\(outcome.unchanged)", "failed": "\(outcome.failures.count)",
                "duration": "\(Int(duration / .microseconds(1))) us",
            ]
        )
    }
}

/// Problems that were told already: each is told when it comes, not at every sync.
struct KnownProblems {
    private var known: Set<String> = []

    /// Takes in what is wrong now, and returns what wasn't before.
    mutating func replace(with problems: [String]) -> [String] {
        defer { known = Set(problems) }
        return problems.filter { !known.contains($0) }
    }
}
