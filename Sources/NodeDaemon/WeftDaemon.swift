import ClusterModel
import ControlStoreClient
import LinuxSystem
import Logging
import NFTables
import NetworkTypes
import NodeNetwork
import PrometheusText
public import ServiceLifecycle
import ServicePlan
import ServiceProxy

/// The node daemon: caches of the cluster's objects, the service proxy, the routes to other nodes, health and metrics.
///
/// It works in the network namespace of its process. When it ends, whatever it wrote into the kernel stays.
public struct WeftDaemon: ServiceLifecycle.Service {
    private let options: DaemonOptions
    private let logger: Logger
    private let client: StoreClient
    private let caches: ObjectCaches
    private let proxy: ServiceProxyReconciler
    /// What whoever runs it should know about this machine.
    private let notes: [String]
    private let network: NodeNetworkReconciler?
    private let policies: PolicyEngine?
    private let pages: DaemonPages
    private let events: EventRecorder
    private let notices: NoticeEvents
    private let healthChecks: HealthCheckServers
    private let healthUpdates: AsyncStream<(IPFamily, [ServiceHealthCheck])>
    private let nodePorts: NodePortAddresses

    /// Checks rights, kernel and certificates, and puts the pieces together; nothing is sent or written yet.
    ///
    /// - Throws: `.privilege`, `.kernel`, or the client's `.configuration`.
    public init(options: DaemonOptions) throws {
        try Privileges.check()
        self.options = options
        let logger = options.makeLogger()
        self.logger = logger
        client = try StoreClient(options.client)
        let registry = DaemonPages.makeRegistry()
        let name = options.nodeName
        caches = ObjectCaches(
            client: client,
            nodeName: name,
            allNodes: options.network != .none,
            logger: logger
        )
        let configuration = options.proxy
        events = EventRecorder(store: EventRecorder.Store(client), nodeName: name, logger: logger)
        let (healthUpdates, healthUpdate) = AsyncStream.makeStream(of: (IPFamily, [ServiceHealthCheck]).self)
        self.healthUpdates = healthUpdates
        let notices = NoticeEvents(events: events, caches: caches, nodeName: name)
        let backends = try options.mode.makeBackends(configuration)
        notes = backends.flatMap { $0.notes() }
        let firstCommits = FirstCommits(of: [options.mode != .none, options.policy != .none].count { $0 })
        proxy = ServiceProxyReconciler(
            node: NodeContext(name: name),
            backends: backends,
            configuration: configuration,
            inputs: Set(ServiceProxyReconciler.Input.allCases),
            observer: ProxyObserver(
                notice: { notices.tell($0) },
                healthChecks: { healthUpdate.yield(($0, $1)) }
            ),
            firstCommits: firstCommits,
            metrics: registry,
            logger: logger
        )
        let nodePorts = NodePortAddresses(
            configuration: configuration,
            caches: caches,
            nodeName: name,
            options.contexts
        )
        healthChecks = HealthCheckServers(
            addresses: { nodePorts.listening($0) },
            isHealthy: { [proxy] in await proxy.health.isHealthy(at: .now()) },
            report: { notices.tellOfUnservedHealthCheck($0, reason: $1) },
            logger: logger
        )
        self.nodePorts = nodePorts
        self.notices = notices
        let nodes = caches.nodes
        let annotations = NodeAnnotations(client: client, nodeName: name)
        network = options.network.kind.map { kind in
            NodeNetworkReconciler(
                kind,
                nodeName: name,
                nodes: { Array(nodes.store.objects.values) },
                publish: { try await annotations.publish($0) },
                metrics: registry,
                logger: logger
            )
        }
        policies =
            options.policy == .none
            ? nil
            : try PolicyEngine(
                options,
                client: client,
                notices: notices,
                firstCommits: firstCommits,
                metrics: registry,
                logger: logger
            )
        pages = DaemonPages(registry: registry, options: options) { [proxy, network, nodes, policies] in
            HealthReport(
                proxy: await proxy.health,
                hasRoutes: network?.isSynced ?? true,
                hasPolicies: await policies?.isSynced ?? true,
                isNodeEligible: NodeEligibility.isEligible(nodes.store[ObjectKey(name: name)]),
                now: .now()
            )
        }
    }

    /// Runs until the surrounding service group shuts down.
    ///
    /// The store must answer and the addresses be free before anything else begins; nothing is written before the
    /// caches are filled and the own Node is known.
    /// - Throws: `.store` or `.listen`.
    public func run() async throws {
        let probe = StoreProbe(client: client, nodeName: options.nodeName, logger: logger)
        do {
            try await cancelWhenGracefulShutdown { try await probe.waitForStore(atMost: options.storeWait) }
        } catch is CancellationError {
            return
        }
        for warning in options.warnings + notes { logger.warning("\(warning)") }
        if let score = options.oomScoreAdjustment, let problem = NodeInitialization.adjustOOMScore(score) {
            logger.notice("the OOM score is not adjusted: \(problem)")
        }
        if servesServices {
            for problem in options.tuning.apply() { logger.notice("conntrack is not tuned: \(problem)") }
        }
        let feed = ObjectFeed(
            caches: caches,
            proxy: proxy,
            servesServices: servesServices,
            network: network,
            nodeName: options.nodeName,
            contexts: options.contexts,
            interfaceAddresses: { [nodePorts] in nodePorts.ofInterfaces() },
            logger: logger
        )
        feed.connect()
        let endpoints = self.endpoints()
        let gates = endpoints.map(\.isListening)
        let others = OtherModes(present: options.mode, logger: logger)
        let takeover = Takeover(
            remains: KubeProxyRemains(
                besides: options.mode.rawValue,
                excluding: options.proxy.ipvsExcludedRanges
            ),
            isWanted: options.takesOver,
            logger: logger
        )
        var services: [any ServiceLifecycle.Service] = endpoints
        services += [
            DaemonTask(gates: gates) { [caches] in await caches.nodes.run() },
            DaemonTask(gates: gates) { try await feed.tellWhenFilled() },
            DaemonTask(gates: gates) { [events] in await events.run() },
            DaemonTask(gates: gates + [feed.ownNodeKnown]) { [notices, options] in notices.tellOfStart(options) },
            DaemonTask(gates: gates) { [proxy] in try await others.removeOnceSynced(proxy) },
        ]
        if let file = options.configurationFile {
            services.append(DaemonTask(gates: gates) { try await file.waitForChange() })
        }
        if servesServices {
            services += serviceTasks(gates) as [any ServiceLifecycle.Service]
            services.append(DaemonTask(gates: gates) { [proxy] in try await takeover.runOnceSynced(proxy) })
        }
        if let policies { services += policies.tasks(gates: gates) as [any ServiceLifecycle.Service] }
        if let network {
            services.append(
                DaemonTask(gates: gates + [feed.ownNodeKnown]) { [caches] in
                    try await caches.nodes.waitUntilSynced()
                    try await network.run()
                }
            )
        }
        if !options.podNetworkFiles.isEmpty {
            let writer = podNetworkWriter
            services.append(
                DaemonTask(gates: gates + [feed.ownNodeKnown]) { try await writer.run() }
            )
        }
        try await run(services)
        logger.info("ended; the rules and routes stay")
    }

    private var servesServices: Bool { options.mode != .none }

    /// What runs for Services, where nobody else serves them.
    private func serviceTasks(_ gates: [Gate]) -> [DaemonTask] {
        let loopback = DaemonTask(gates: gates) { [proxy, logger] in
            try await Self.routeLoopbackOnceSynced(proxy, logger)
        }
        return (options.proxy.takesNodePortsOnLoopback ? [loopback] : []) + [
            DaemonTask(gates: gates) { [caches] in await caches.services.run() },
            DaemonTask(gates: gates) { [caches] in await caches.endpointSlices.run() },
            DaemonTask(gates: gates) { [proxy] in await proxy.run() },
            DaemonTask(gates: gates) { [proxy] in try await Self.compareWithKernel(proxy) },
            DaemonTask(gates: gates) { [healthChecks, healthUpdates] in await healthChecks.run(healthUpdates) },
            DaemonTask(gates: gates) { [proxy] in try await Self.releaseMemoryOnceSynced(proxy) },
        ]
    }

    private var podNetworkWriter: PodNetworkWriter {
        let (nodes, key) = (caches.nodes, ObjectKey(name: options.nodeName))
        return PodNetworkWriter(
            files: options.podNetworkFiles,
            clusterCIDRs: options.clusterCIDRs,
            network: network,
            node: { nodes.store[key] },
            logger: logger
        )
    }

    /// The slow, separate check: what others did to our tables is found and mended once an hour, kube-proxy's longest
    /// interval between two syncs.
    private static func compareWithKernel(_ proxy: ServiceProxyReconciler) async throws {
        while true {
            try await Task.sleep(for: .seconds(3600))
            await proxy.resync()
            SpareMemory.release()
        }
    }

    /// The rules that guard loopback come first.
    private static func routeLoopbackOnceSynced(_ proxy: ServiceProxyReconciler, _ logger: Logger) async throws {
        while !(await proxy.health.isSynced) { try await Task.sleep(for: .milliseconds(200)) }
        do {
            try LoopbackRouting.allow()
        } catch {
            logger.error("node ports on 127.0.0.1 will not answer (--localhost-nodeports): \(error)")
        }
    }

    /// The lists of the start take more memory than everything that stays.
    private static func releaseMemoryOnceSynced(_ proxy: ServiceProxyReconciler) async throws {
        while !(await proxy.health.isSynced) { try await Task.sleep(for: .milliseconds(200)) }
        SpareMemory.release()
    }

    private func endpoints() -> [HTTPEndpoint] {
        var endpoints: [HTTPEndpoint] = []
        if let address = options.healthAddress {
            endpoints.append(
                HTTPEndpoint(
                    purpose: "health",
                    option: "--healthz-bind-address",
                    address: address,
                    pages: pages.health,
                    isListening: Gate(),
                    logger: logger
                )
            )
        }
        if let address = options.metricsAddress {
            endpoints.append(
                HTTPEndpoint(
                    purpose: "metrics",
                    option: "--metrics-bind-address",
                    address: address,
                    pages: pages.metrics,
                    isListening: Gate(),
                    logger: logger
                )
            )
        }
        return endpoints
    }

    /// A graceful shutdown of the group around reaches each of them; the first that fails ends all.
    private func run(_ services: [any ServiceLifecycle.Service]) async throws {
        try await withThrowingTaskGroup { group in
            for service in services { group.addTask { try await service.run() } }
            for try await _ in group {}
        }
    }
}

extension NetworkMode {
    /// What looks after it; nil: nothing of weftd's.
    fileprivate var kind: NodeNetworkKind? {
        switch self {
        case .vxlan: .vxlan
        case .hostGateway: .hostGateway
        case .none: nil
        }
    }
}
