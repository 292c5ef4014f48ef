import ClusterModel
import CoreMetrics
import Glibc
import LinuxSystem
import LinuxSystemTesting
import Logging
import NFTables
import NetworkTypes
import ServicePlan
import ServiceProxy
import ServiceProxyTesting
import Synchronization
import TrafficTesting

/// A proxy that runs in a node's namespace, with a record of what it told and how often it compared everything.
final class RunningProxy: Sendable {
    private let told = Mutex<[DriftReport]>([])
    private let comparisons = Atomic(0)
    private let writes = Atomic(0)
    private let running = Mutex<(NamespaceExecutor, ServiceProxyReconciler)?>(nil)

    /// What others did, as it was told.
    var reports: [DriftReport] { told.withLock { $0 } }
    /// How often everything was compared with the kernel, the start included.
    var comparisonCount: Int { comparisons.load(ordering: .acquiring) }
    /// How often changes were written.
    var writeCount: Int { writes.load(ordering: .acquiring) }

    /// Counts what a backend is asked to do.
    private final class CountingBackend: ProxyBackend {
        let inner: any ProxyBackend
        let counter: RunningProxy

        init(_ inner: any ProxyBackend, _ counter: RunningProxy) {
            self.inner = inner
            self.counter = counter
        }

        var mode: String { inner.mode }
        var family: IPFamily { inner.family }
        var hasUnfinishedWork: Bool { inner.hasUnfinishedWork }

        func replaceAll(with specs: [ServicePortSpec], node: NodeContext) throws -> ProxyReport {
            defer { counter.comparisons.add(1, ordering: .acquiringAndReleasing) }
            return try inner.replaceAll(with: specs, node: node)
        }

        func apply(_ changes: [PlanChange]) throws -> ProxyReport {
            defer { counter.writes.add(1, ordering: .acquiringAndReleasing) }
            return try inner.apply(changes)
        }

        func watch() throws -> TableWatch? { try inner.watch() }

        var hasUnreportedParts: Bool { inner.hasUnreportedParts }

        func unreportedChange() throws -> String? { try inner.unreportedChange() }
    }

    private func reconciler(_ backend: any ProxyBackend) -> ServiceProxyReconciler {
        let observer = ProxyObserver(notice: { [self] notice in
            if case .driftMended(_, let report) = notice { told.withLock { $0.append(report) } }
        })
        return ServiceProxyReconciler(
            node: ServiceProxyObjects.node(),
            backends: [CountingBackend(backend, self)],
            observer: observer,
            metrics: NOOPMetricsHandler.instance,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
    }

    /// Runs a proxy with two Services in a node's namespace while a test goes on.
    static func with(
        _ family: IPFamily,
        _ mode: ServiceProxyMode,
        in node: TestNamespace,
        _ test: (RunningProxy) throws -> Void
    ) throws {
        let proxy = RunningProxy()
        let backend = try node.run { try mode.backend(family) }
        let reconciler = proxy.reconciler(backend)
        let executor = NamespaceExecutor()
        proxy.running.withLock { $0 = (executor, reconciler) }
        defer { proxy.running.withLock { $0 = nil } }
        try executor.run(in: node) {
            for (name, number) in [("web", 1), ("other", 2)] {
                await reconciler.upsert(ServiceProxyObjects.service(name, number, family, nodePort: 30080 + number))
                await reconciler.upsert(ServiceProxyObjects.endpoints(of: name, [1, 2], family))
            }
            for input in [ServiceProxyReconciler.Input.services, .endpointSlices] { await reconciler.markSynced(input) }
            await reconciler.run()
        } while: {
            try wait { proxy.comparisonCount > 0 }
            // The watch begins right after the first write.
            usleep(100_000)
            try test(proxy)
        }
    }

    /// Tells the reconciler something, in its namespace.
    func tell(_ words: @escaping @Sendable (ServiceProxyReconciler) async -> Void) {
        guard let (executor, reconciler) = running.withLock({ $0 }) else { return }
        Task(executorPreference: executor) { await words(reconciler) }
    }

    /// Waits until something is so.
    ///
    /// - Throws: after half a minute, or what takes an emulated machine as long.
    static func wait(_ condition: () throws -> Bool) throws {
        let deadline = Deadline.after(Patience.duration(.seconds(30)))
        while try !condition() {
            guard !deadline.hasPassed else {
                throw LinuxSystemError(.timedOut, "wait for", "the proxy", detail: "30 s")
            }
            usleep(2000)
        }
    }
}
