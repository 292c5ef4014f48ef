public import ClusterModel
public import CoreMetrics
public import LinuxSystem
public import Logging
import Netlink
import NetworkTypes
import NodePlan
import RouteNetlink
import Synchronization

/// Keeps this node's routes to the other nodes' pods and its forwarding parameters as the Nodes want them.
///
/// Level-triggered: ``nodesChanged()`` and changes in the kernel only wake it up; what to do follows from the Nodes and
/// from the kernel's routes as they are then.
public final class NodeNetworkReconciler: Sendable {
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

    private let planner: NodeRoutePlanner
    private let nodes: @Sendable () -> [Node]
    private let timings: Timings
    private let namespace: NetworkNamespace?
    private let logger: Logger
    private let metrics: NodeNetworkMetrics
    private let didSync = Mutex(false)
    private let wakeUps: AsyncStream<Void>
    private let wakeUp: AsyncStream<Void>.Continuation
    private let usedLinks = Mutex<Set<UInt32>>([])

    /// A reconciler for the node of a name.
    ///
    /// - Parameters:
    ///   - nodeName: the name of the node that this is.
    ///   - nodes: all Nodes there are, from a cache that is filled before ``run()``.
    ///   - timings: the waits.
    ///   - namespace: where the routes are; nil for the process's own network namespace.
    ///   - metrics: where metrics go, such as `MetricsSystem.factory`.
    ///   - logger: for each change (info) and each problem (warning).
    public init(
        nodeName: String,
        nodes: @escaping @Sendable () -> [Node],
        timings: Timings = Timings(),
        namespace: NetworkNamespace? = nil,
        metrics: any MetricsFactory,
        logger: Logger
    ) {
        planner = NodeRoutePlanner(nodeName: nodeName)
        self.nodes = nodes
        self.timings = timings
        self.namespace = namespace
        self.metrics = NodeNetworkMetrics(factory: metrics)
        self.logger = logger
        (wakeUps, wakeUp) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// Tells that a Node came, went or changed.
    public func nodesChanged() { wakeUp.yield() }

    /// Whether the routes were written once; a node that can't be reached doesn't count against it.
    public var isSynced: Bool { didSync.withLock { $0 } }

    /// Syncs until the task is cancelled.
    ///
    /// The routes stay.
    ///
    /// - Throws: when the kernel can't be talked to at all.
    public func run() async throws {
        var routes = HostGatewayRoutes(try namespace.map(RouteConnection.open(in:)) ?? .open())
        let monitor = try RouteWatcher.start(in: namespace) { [weak self] change in self?.kernelChanged(change) }
        defer { monitor.stop() }
        var known = KnownProblems()
        while !Task.isCancelled {
            let isComplete = sync(&routes, &known)
            guard (try? await Task.sleep(for: timings.pause)) != nil else { return }
            await waitForChange(atMost: isComplete ? timings.fullPeriod : timings.retry)
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

    /// One sync; returns whether nothing is left to do.
    private func sync(_ routes: inout HostGatewayRoutes, _ known: inout KnownProblems) -> Bool {
        let began = ContinuousClock.now
        let spec = planner.plan(nodes())
        let settings = NodeSettings(in: namespace).apply(spec.families)
        for name in settings.changed {
            logger.info("kernel parameter set", metadata: ["name": "\(name)", "value": "1"])
        }
        var problems = spec.problems.map(\.description) + settings.problems.map(\.description)
        var isComplete = settings.problems.isEmpty
        do {
            let outcome = try routes.sync(spec.routes)
            usedLinks.withLock { $0 = outcome.links }
            didSync.withLock { $0 = true }
            problems += outcome.failures
            isComplete = isComplete && outcome.failures.isEmpty
            report(outcome, spec, .now - began)
        } catch {
            metrics.failures.increment()
            problems.append("\(error)")
            isComplete = false
        }
        for problem in known.replace(with: problems) {
            logger.warning("node network", metadata: ["problem": "\(problem)"])
        }
        metrics.problems.record(Int64(problems.count))
        return isComplete
    }

    private func report(_ outcome: RouteSyncOutcome, _ spec: NodeRouteSpec, _ duration: Duration) {
        metrics.duration.recordNanoseconds(Int64(duration / .nanoseconds(1)))
        metrics.routes.record(Int64(outcome.unchangedCount + outcome.added.count + outcome.replaced.count))
        if !outcome.failures.isEmpty { metrics.failures.increment() }
        logger.log(
            level: outcome.isChange ? .info : .debug,
            "node routes synced",
            metadata: [
                "added": "\(outcome.added.count)", "replaced": "\(outcome.replaced.count)",
                "removed": "\(outcome.removed.count)", "unchanged": "\(outcome.unchangedCount)",
                "failed": "\(outcome.failures.count)", "duration": "\(Int(duration / .microseconds(1))) us",
            ]
        )
    }

    /// Whether a change in the kernel may have taken a route of ours, or brought a network that one can use.
    private func kernelChanged(_ change: RouteChange?) {
        let matters =
            switch change {
            case .routeRemoved(let route): route.spec.protocol == .weftHostGateway
            case .addressSet(let address), .addressRemoved(let address):
                // Each pod's link brings a link-local address.
                !address.prefix.address.isLinkLocal
            case .linkSet(let link), .linkRemoved(let link): usedLinks.withLock { $0.contains(link.index) }
            case nil: true
            default: false
            }
        if matters { wakeUp.yield() }
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

/// What a reconciler counts.
struct NodeNetworkMetrics: Sendable {
    let duration: CoreMetrics.Timer
    let failures: Counter
    let routes: Gauge
    let problems: Gauge

    init(factory: any MetricsFactory) {
        duration = CoreMetrics.Timer(label: "weft_node_network_sync_duration_seconds", factory: factory)
        failures = Counter(label: "weft_node_network_sync_failures_total", factory: factory)
        routes = Gauge(label: "weft_node_network_routes", factory: factory)
        problems = Gauge(label: "weft_node_network_problems", factory: factory)
    }
}

extension NodeNetworkReconciler {
    /// The help text of each metric, for whoever renders them.
    public static let metricHelpTexts: [String: String] = [
        "weft_node_network_sync_duration_seconds": "How long it took to bring the routes to other nodes up to date.",
        "weft_node_network_sync_failures_total": "Syncs in which a route could not be made.",
        "weft_node_network_routes": "Routes to other nodes' pods that are in the kernel.",
        "weft_node_network_problems": "What stands between this node's pods and others at present.",
    ]
}
