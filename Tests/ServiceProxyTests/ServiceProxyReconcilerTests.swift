import ClusterModel
import CoreMetrics
import JSONTree
import Logging
import NFTables
import NetworkTypes
import ServicePlan
import Synchronization
import Testing

@testable import ServiceProxy

struct ServiceProxyReconcilerTests {
    /// A backend that remembers what it was told.
    final class RecordingBackend: ProxyBackend {
        enum Call: Hashable {
            case replace([String])
            case apply([String])
        }

        struct Refusal: Error {}

        let family: IPFamily
        let startsEmpty: Bool
        let firstPartSize: Int
        var mode: String { "recording" }
        private let state = Mutex((calls: [Call](), failures: 0, unfinished: 0))

        init(_ family: IPFamily = .ipv4, startsEmpty: Bool = false, firstPartSize: Int = .max) {
            self.family = family
            self.startsEmpty = startsEmpty
            self.firstPartSize = firstPartSize
        }

        func isEmpty() -> Bool { startsEmpty && calls.isEmpty }
        /// Somebody else changed what it wrote.
        func damage(_ outcome: ProxyReport.Outcome) { damaged.withLock { $0 = outcome } }
        private let damaged = Mutex(ProxyReport.Outcome.unchanged)

        var calls: [Call] { state.withLock { $0.calls } }
        func fail(_ times: Int) { state.withLock { $0.failures = times } }
        /// So many of the coming writes leave something to finish.
        func leaveUnfinished(_ times: Int) { state.withLock { $0.unfinished = times } }
        var hasUnfinishedWork: Bool { state.withLock { $0.unfinished > 0 } }

        private func record(_ call: Call) throws -> ProxyReport {
            try state.withLock { state in
                state.calls.append(call)
                state.unfinished -= 1
                guard state.failures == 0 else {
                    state.failures -= 1
                    throw Refusal()
                }
                return ProxyReport(outcome: .changed, elementCount: 1)
            }
        }

        func replaceAll(with specs: [ServicePortSpec], node: NodeContext) throws -> ProxyReport {
            var report = try record(.replace(specs.map(\.identity.description)))
            if calls.count > 1 { report.outcome = damaged.withLock { $0 } }
            return report
        }

        func apply(_ changes: [PlanChange]) throws -> ProxyReport {
            try record(.apply(changes.map { ($0.spec == nil ? "-" : "") + $0.identity.description }))
        }
    }

    func reconciler(
        _ backends: [any ProxyBackend],
        _ cleaner: FlowCleaner? = nil,
        _ observer: ProxyObserver = ProxyObserver(),
        firstCommits: FirstCommits = FirstCommits()
    ) -> ServiceProxyReconciler {
        ServiceProxyReconciler(
            node: NodeContext(name: "n1"),
            backends: backends,
            configuration: ProxyConfiguration(
                minimumSyncInterval: .milliseconds(1),
                retryDelay: .milliseconds(1),
                maximumRetryDelay: .milliseconds(4),
                unfinishedWorkInterval: .milliseconds(1)
            ),
            cleaner: cleaner,
            observer: observer,
            firstCommits: firstCommits,
            metrics: NOOPMetricsHandler.instance,
            logger: Logger(label: "test")
        )
    }

    func service(_ name: String, _ clusterIP: String, transport: String = "TCP") -> Service {
        ClusterFixture.service(
            name,
            clusterIPs: [clusterIP],
            ports: [ClusterFixture.port("p", 80, transport: transport)]
        )
    }

    func slice(_ service: String, _ pods: String..., transport: String = "TCP") -> EndpointSlice {
        ClusterFixture.slice(
            "\(service)-1",
            of: service,
            [ClusterFixture.port("p", 8080, transport: transport)],
            pods.map { .init($0) }
        )
    }

    @Test func nothingIsWrittenBeforeAllCachesAreFull() async {
        let backend = RecordingBackend()
        let reconciler = reconciler([backend])
        await reconciler.upsert(service("web", "10.96.0.1"))
        await reconciler.syncOnce()
        await reconciler.markSynced(.services)
        await reconciler.syncOnce()
        #expect(backend.calls.isEmpty)
        #expect(await reconciler.health.isSynced == false)
        await reconciler.markSynced(.endpointSlices)
        await reconciler.syncOnce()
        #expect(backend.calls == [.replace(["default/web:p"])])
        #expect(await reconciler.health.isSynced)
    }

    @Test func afterTheFirstWriteOnlyChangesAreToldAndTogether() async {
        let backend = RecordingBackend()
        let reconciler = reconciler([backend])
        for input in [ServiceProxyReconciler.Input.services, .endpointSlices] { await reconciler.markSynced(input) }
        await reconciler.syncOnce()
        await reconciler.upsert(service("a", "10.96.0.1"))
        await reconciler.upsert(service("b", "10.96.0.2"))
        await reconciler.upsert(slice("a", "10.244.0.2"))
        await reconciler.syncOnce()
        await reconciler.removeService(.init(namespace: "default", name: "b"))
        await reconciler.syncOnce()
        await reconciler.syncOnce()
        #expect(
            backend.calls == [.replace([]), .apply(["default/a:p", "default/b:p"]), .apply(["-default/b:p"])]
        )
    }

    @Test func aFailureIsRetriedWithEverything() async {
        let backend = RecordingBackend()
        let reconciler = reconciler([backend])
        for input in [ServiceProxyReconciler.Input.services, .endpointSlices] { await reconciler.markSynced(input) }
        await reconciler.syncOnce()
        backend.fail(1)
        await reconciler.upsert(service("a", "10.96.0.1"))
        #expect(await reconciler.syncOnce() == false)
        let health = await reconciler.health
        #expect(health.families[.ipv4]?.lastQueued != nil)
        #expect(await reconciler.syncOnce())
        #expect(backend.calls.last == .replace(["default/a:p"]))
        #expect(await reconciler.health.families[.ipv4]?.lastQueued == nil)
    }

    @Test func aFailureOfOneFamilyDoesNotKeepTheOtherBack() async {
        let four = RecordingBackend(.ipv4)
        let six = RecordingBackend(.ipv6)
        let reconciler = reconciler([four, six])
        for input in [ServiceProxyReconciler.Input.services, .endpointSlices] { await reconciler.markSynced(input) }
        four.fail(1)
        #expect(await reconciler.syncOnce() == false)
        #expect(six.calls.count == 1)
        #expect(await reconciler.syncOnce())
        #expect(six.calls.count == 1)
        #expect(four.calls.count == 2)
    }

    @Test func theLoopWritesWhatComesAndEndsWithItsTask() async {
        let backend = RecordingBackend()
        backend.fail(3)
        let reconciler = reconciler([backend])
        let task = Task { await reconciler.run() }
        for input in [ServiceProxyReconciler.Input.services, .endpointSlices] { await reconciler.markSynced(input) }
        while await !reconciler.health.isSynced { await Task.yield() }
        await reconciler.upsert(service("a", "10.96.0.1"))
        while !backend.calls.contains(.apply(["default/a:p"])) { await Task.yield() }
        task.cancel()
        await task.value
        // Three failures, and one that went well.
        #expect(backend.calls.filter { $0 == .replace([]) }.count == 4)
    }

    @Test func aBackendIsRemindedOfWhatItHasToFinish() async throws {
        let backend = RecordingBackend()
        backend.leaveUnfinished(3)
        let reconciler = reconciler([backend])
        let task = Task { await reconciler.run() }
        for input in [ServiceProxyReconciler.Input.services, .endpointSlices] { await reconciler.markSynced(input) }
        while backend.hasUnfinishedWork { await Task.yield() }
        try await Task.sleep(for: .milliseconds(20))
        task.cancel()
        await task.value
        // Until it is done, and not once more.
        #expect(backend.calls == [.replace([]), .apply([]), .apply([])])
    }

    @Test func aChangeOfTheDetectorComparesTheRules() async {
        let backend = RecordingBackend()
        let reconciler = reconciler([backend])
        for input in [ServiceProxyReconciler.Input.services, .endpointSlices] { await reconciler.markSynced(input) }
        await reconciler.syncOnce()
        await reconciler.update(node: NodeContext(name: "n1"))
        await reconciler.syncOnce()
        #expect(backend.calls.count == 1)
        await reconciler.update(node: NodeContext(name: "n1", localDetector: .interface("cni0")))
        await reconciler.syncOnce()
        #expect(backend.calls == [.replace([]), .replace([])])
    }

    @Test func onlyChangedUDPServicesHaveTheirFlowsCleaned() async {
        let asked = Mutex<[IPFamily]>([])
        let backend = RecordingBackend()
        let cleaner = FlowCleaner { family, _ in
            asked.withLock { $0.append(family) }
            return 0
        }
        let reconciler = reconciler([backend], cleaner)
        for input in [ServiceProxyReconciler.Input.services, .endpointSlices] { await reconciler.markSynced(input) }
        await reconciler.upsert(service("tcp", "10.96.0.1"))
        await reconciler.upsert(slice("tcp", "10.244.0.2"))
        await reconciler.syncOnce()
        #expect(asked.withLock { $0 } == [])
        await reconciler.upsert(service("udp", "10.96.0.2", transport: "UDP"))
        await reconciler.syncOnce()
        #expect(asked.withLock { $0 } == [], "without an endpoint there is nothing to lead flows to")
        await reconciler.upsert(slice("udp", "10.244.0.2", transport: "UDP"))
        await reconciler.syncOnce()
        #expect(asked.withLock { $0 } == [.ipv4])
    }

    /// What was told to an observer.
    private final class Told: Sendable {
        let notices = Mutex<[ProxyNotice]>([])
        let checks = Mutex<[[ServiceHealthCheck]]>([])

        var observer: ProxyObserver {
            ProxyObserver(
                notice: { notice in self.notices.withLock { $0.append(notice) } },
                healthChecks: { _, checks in self.checks.withLock { $0.append(checks) } }
            )
        }
    }

    @Test func aSuspicionIsComparedAndToldOnlyIfThereWasSomethingToIt() async throws {
        let backend = RecordingBackend()
        let told = Told()
        let reconciler = reconciler([backend], nil, told.observer)
        for input in [ServiceProxyReconciler.Input.services, .endpointSlices] { await reconciler.markSynced(input) }
        await reconciler.upsert(service("a", "10.96.0.1"))
        await reconciler.syncOnce()
        // A suspicion right after a comparison would wait for the loop.
        try await Task.sleep(for: .milliseconds(20))
        await reconciler.suspect(.ipv4, "somebody")
        await reconciler.syncOnce()
        #expect(backend.calls == [.replace(["default/a:p"]), .replace(["default/a:p"])])
        #expect(told.notices.withLock { $0.isEmpty })
        backend.damage(.rebuilt)
        // What is pending is written first, so that it is not taken for somebody else's doing.
        await reconciler.upsert(service("b", "10.96.0.2"))
        try await Task.sleep(for: .milliseconds(20))
        await reconciler.suspect(.ipv4, "nft (7) changed table ip weft")
        await reconciler.syncOnce()
        #expect(backend.calls.dropFirst(2) == [.apply(["default/b:p"]), .replace(["default/a:p", "default/b:p"])])
        let notices = told.notices.withLock { $0 }
        guard case .driftMended(.ipv4, let report)? = notices.first else {
            Issue.record("\(notices)")
            return
        }
        #expect(notices.count == 1)
        #expect(report.cause == "nft (7) changed table ip weft")
        #expect(report.isRebuilt)
        #expect(report.elementCount == 1)
    }

    @Test func aComparisonSoonAfterAnotherWaits() async {
        let backend = RecordingBackend()
        let reconciler = reconciler([backend])
        for input in [ServiceProxyReconciler.Input.services, .endpointSlices] { await reconciler.markSynced(input) }
        await reconciler.syncOnce()
        let task = Task { await reconciler.run() }
        for _ in 0..<3 {
            let before = backend.calls.count
            await reconciler.suspect(.ipv4, "somebody")
            while backend.calls.count == before { await Task.yield() }
        }
        task.cancel()
        await task.value
        #expect(backend.calls.count == 4)
    }

    @Test func healthChecksAreToldWhenTheyChange() async {
        let told = Told()
        let reconciler = reconciler([RecordingBackend()], nil, told.observer)
        for input in [ServiceProxyReconciler.Input.services, .endpointSlices] { await reconciler.markSynced(input) }
        let balanced = ClusterFixture.service(
            "web",
            clusterIPs: ["10.96.0.1"],
            ports: [ClusterFixture.port("p", 80), ClusterFixture.port("q", 81)],
            type: "LoadBalancer",
            ["externalTrafficPolicy": "Local", "healthCheckNodePort": 30999]
        )
        func slice(_ pods: [ClusterFixture.Endpoint]) -> EndpointSlice {
            ClusterFixture.slice(
                "web-1",
                of: "web",
                [ClusterFixture.port("p", 8080), ClusterFixture.port("q", 8081)],
                pods
            )
        }
        await reconciler.upsert(balanced)
        await reconciler.upsert(service("other", "10.96.0.2"))
        await reconciler.syncOnce()
        // Two ports of the same pods are counted once, remote and terminating ones not at all.
        await reconciler.upsert(
            slice([
                .init("10.244.0.2"), .init("10.244.0.3"), .init("10.244.0.4", node: "n2"),
                .init("10.244.0.5", ready: false, terminating: true),
            ])
        )
        await reconciler.syncOnce()
        await reconciler.upsert(service("other", "10.96.0.3"))
        await reconciler.syncOnce()
        await reconciler.upsert(slice([.init("10.244.0.5", ready: false, terminating: true)]))
        await reconciler.syncOnce()
        await reconciler.removeService(ObjectKey(namespace: "default", name: "web"))
        await reconciler.syncOnce()
        let checks = told.checks.withLock { $0 }
        #expect(checks.map { $0.map(\.localEndpoints) } == [[0], [2], [0], []])
        #expect(checks.first?.first?.port == 30999)
        #expect(checks.first?.first?.service == ObjectKey(namespace: "default", name: "web"))
    }
}
