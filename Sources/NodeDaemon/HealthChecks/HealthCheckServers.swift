import ClusterModel
import Logging
import NIOCore
import NetworkTypes
import ServiceProxy

/// The health check servers of Services behind load balancers with external traffic policy Local: each on its
/// `spec.healthCheckNodePort`, one per family and address.
///
/// An address that is taken is told once and tried again by and by.
actor HealthCheckServers {
    /// A place to listen on.
    private struct Place: Hashable {
        var family: IPFamily
        var endpoint: IPEndpoint
    }

    /// Where node ports are taken in a family; every address by default.
    private let addresses: @Sendable (IPFamily) async -> [IPAddress]
    private let isHealthy: @Sendable () async -> Bool
    private let report: @Sendable (ServiceHealthCheck, String) -> Void
    private let logger: Logger
    private var checks: [IPFamily: [Port: ServiceHealthCheck]] = [:]
    private var listeners: [Place: HealthCheckListener] = [:]
    private var reported: [Place: ObjectKey] = [:]

    /// How long to wait before an address that was taken is tried again; kube-proxy: its sync period.
    static let retryInterval = Duration.seconds(30)

    /// - Parameters:
    ///   - addresses: where to listen in a family.
    ///   - isHealthy: whether the proxy's rules are written in time.
    ///   - report: is told of a health check that can't be served, with the reason.
    ///   - logger: for the same.
    init(
        addresses: @escaping @Sendable (IPFamily) async -> [IPAddress] = { [.any($0)] },
        isHealthy: @escaping @Sendable () async -> Bool,
        report: @escaping @Sendable (ServiceHealthCheck, String) -> Void,
        logger: Logger
    ) {
        self.addresses = addresses
        self.isHealthy = isHealthy
        self.report = report
        self.logger = logger
    }

    /// Serves what is told, until the task is cancelled; then everything is closed.
    func run(_ updates: AsyncStream<(IPFamily, [ServiceHealthCheck])>) async {
        await withTaskGroup { group in
            group.addTask { await self.retry() }
            for await (family, checks) in updates { await serve(checks, family) }
            group.cancelAll()
        }
        for listener in listeners.values { await listener.stop() }
        listeners = [:]
    }

    private func retry() async {
        while !Task.isCancelled {
            try? await Task.sleep(for: Self.retryInterval)
            for family in IPFamily.allCases { await arrange(family) }
        }
    }

    /// Takes all health checks of a family; of two with one port the first by name is served.
    func serve(_ wanted: [ServiceHealthCheck], _ family: IPFamily) async {
        checks[family] = Dictionary(wanted.map { ($0.port, $0) }) { first, _ in first }
        await arrange(family)
    }

    /// Makes the listeners those that are wanted.
    private func arrange(_ family: IPFamily) async {
        let wanted = checks[family] ?? [:]
        let places = Set(
            await addresses(family).flatMap { address in
                wanted.keys.map { Place(family: family, endpoint: IPEndpoint(address: address, port: $0)) }
            }
        )
        for place in listeners.keys.filter({ $0.family == family && !places.contains($0) }) {
            await listeners.removeValue(forKey: place)?.stop()
        }
        for place in places where listeners[place] == nil { await listen(place) }
        for place in reported.keys where place.family == family && !places.contains(place) { reported[place] = nil }
    }

    private func listen(_ place: Place) async {
        guard let check = checks[place.family]?[place.endpoint.port] else { return }
        do {
            let listener = try await HealthCheckListener.start(on: place.endpoint) { [weak self] in
                await self?.answer(place.family, place.endpoint.port)
            }
            // While it began to listen, another call may have done the same, or nobody wants it any more.
            guard listeners[place] == nil, checks[place.family]?[place.endpoint.port] != nil else {
                return await listener.stop()
            }
            listeners[place] = listener
            reported[place] = nil
        } catch {
            guard reported[place] != check.service else { return }
            reported[place] = check.service
            let reason = (error as? IOError).map(HTTPEndpoint.reason) ?? "\(error)"
            logger.warning(
                "a Service's health check can't be served",
                metadata: [
                    "service": "\(check.service)", "address": "\(place.endpoint)", "error": "\(reason)",
                ]
            )
            report(check, reason)
        }
    }

    private func answer(_ family: IPFamily, _ port: Port) async -> HealthCheckAnswer? {
        let isProxyHealthy = await isHealthy()
        return checks[family]?[port].map { HealthCheckAnswer($0, isProxyHealthy: isProxyHealthy) }
    }
}
