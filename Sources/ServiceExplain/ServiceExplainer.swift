public import ClusterModel
public import NetworkTypes
public import ServicePlan
public import ServiceProxy

/// Explains from the plan what becomes of connections on one node, beside what the kernel has.
public struct ServiceExplainer: Sendable {
    private let planner: ServicePlanner
    private let nodePortAddresses: [IPFamily: [IPAddress]]
    private let kernel: [IPFamily: KernelComparison]

    /// Makes an explainer of a plan.
    ///
    /// - Parameters:
    ///   - planner: has all objects.
    ///   - nodePortAddresses: the addresses that take node ports; a family without an entry takes them on all.
    ///   - kernel: what the kernel has, by family, where it was asked.
    public init(
        _ planner: ServicePlanner,
        nodePortAddresses: [IPFamily: [IPAddress]] = [:],
        kernel: [IPFamily: KernelComparison] = [:]
    ) {
        self.planner = planner
        self.nodePortAddresses = nodePortAddresses
        self.kernel = kernel
    }

    // MARK: A Service

    /// Explains a Service.
    ///
    /// - Parameter service: as the store has it.
    /// - Returns: its ports with all their frontends.
    public func explain(_ service: Service) -> ServiceExplanation {
        let ports = IPFamily.allCases.flatMap { family in
            planner.specs(of: service.key, family).map { explain($0) }
        }
        var remarks = planner.problems.filter { $0.kind == .service && $0.object == service.key }.map(\.description)
        if !planner.hasRules(service.key) { remarks.insert(Self.reasonForNoRules(service), at: 0) }
        return ServiceExplanation(service: service.key, ports: ports, remarks: remarks)
    }

    private static func reasonForNoRules(_ service: Service) -> String {
        let reason =
            if service.labels.contains(key: EndpointSlice.proxyNameLabel) {
                "its label \(EndpointSlice.proxyNameLabel) leaves it to another proxy"
            } else if service.spec.type == .externalName {
                "it is of type ExternalName: its name is answered by the DNS"
            } else if service.spec.isHeadless {
                "it is headless: its endpoints' addresses are answered by the DNS"
            } else if service.spec.ports.isEmpty {
                "it has no ports"
            } else {
                "it has no usable ClusterIP or port"
            }
        return "the Service has no rules: \(reason)"
    }

    private func explain(_ spec: ServicePortSpec) -> PortExplanation {
        let overview = planner.overview(of: spec.identity, spec.family) ?? EndpointOverview()
        return PortExplanation(
            identity: spec.identity,
            family: spec.family,
            affinitySeconds: spec.affinitySeconds,
            endpoints: overview,
            frontends: spec.frontends.map { frontend in
                FrontendExplanation(
                    frontend: frontend,
                    clients: ClientPosition.allCases.map { explain(frontend, of: spec, overview, for: $0) }
                )
            },
            kernel: kernel[spec.family].map { KernelAgreement($0, spec.identity) }
        )
    }

    private func explain(
        _ frontend: Frontend,
        of spec: ServicePortSpec,
        _ overview: EndpointOverview,
        for position: ClientPosition
    ) -> ClientExplanation {
        let verdict = spec.verdict(of: frontend, for: position)
        var chances: [ClientExplanation.Chance] = []
        if case .forward(let scope, _) = verdict {
            let endpoints = spec.endpoints(scope)
            chances = endpoints.map { .init(endpoint: $0, probability: 1 / Double(endpoints.count)) }
        }
        let reason = VerdictReason(frontend: frontend, overview: overview, position: position).text(of: verdict)
        return ClientExplanation(position: position, verdict: verdict, reason: reason, chances: chances)
    }

    // MARK: A destination

    /// Explains a connection.
    ///
    /// - Parameters:
    ///   - destination: where it goes to.
    ///   - transport: its protocol.
    ///   - source: where it comes from; nil explains it for everybody.
    /// - Returns: what becomes of it on this node.
    public func explain(
        _ destination: IPEndpoint,
        _ transport: TransportProtocol,
        from source: IPAddress? = nil
    ) -> DestinationExplanation {
        let family = destination.address.family
        let specs = planner.specs(family)
        let position = source.flatMap { self.position(of: $0) }
        var explanation = DestinationExplanation(
            destination: destination,
            transport: transport,
            source: source,
            position: position,
            match: .nothing
        )
        let found = specs.lazy.filter { $0.identity.transport == transport }.compactMap { spec in
            spec.frontends.first { $0.address == destination.address && $0.port == destination.port }.map { (spec, $0) }
        }.first
        if let (spec, frontend) = found ?? nodePort(destination, transport, specs) {
            var port = explain(spec)
            port.frontends = port.frontends.filter { $0.frontend == frontend }
            if let position {
                for index in port.frontends.indices {
                    port.frontends[index].clients.removeAll { $0.position != position }
                }
            }
            if let source, !frontend.sourceRanges.isEmpty {
                explanation.isShutOut = !frontend.sourceRanges.contains { $0.contains(source) }
            }
            explanation.match = .frontend(port)
            return explanation
        }
        let owners = specs.filter { spec in
            spec.frontends.contains { $0.kind == .clusterIP && $0.address == destination.address }
        }
        if !owners.isEmpty { explanation.match = .unknownPort(of: Set(owners.map(\.identity.service)).sorted()) }
        return explanation
    }

    /// Where a client stands, if its address tells: not where pods are told by interfaces.
    private func position(of source: IPAddress) -> ClientPosition? {
        let node = planner.node
        if node.addresses.contains(source) || node.interfaceAddresses.contains(source) || source.isLoopback {
            return .node
        }
        switch node.localDetector {
        case .none: return .outside
        case .sourcePrefixes:
            return node.localDetector.sourcePrefix(source.family)?.contains(source) == true ? .localPod : .outside
        case .interface, .interfacePrefix: return nil
        }
    }

    private func nodePort(
        _ destination: IPEndpoint,
        _ transport: TransportProtocol,
        _ specs: [ServicePortSpec]
    ) -> (ServicePortSpec, Frontend)? {
        let family = destination.address.family
        let takes =
            nodePortAddresses[family]
            ?? (planner.node.addresses + planner.node.interfaceAddresses).filter { $0.family == family }
        guard takes.contains(destination.address) else { return nil }
        return specs.lazy.filter { $0.identity.transport == transport }.compactMap { spec in
            spec.frontends.first { $0.kind == .nodePort && $0.port == destination.port }.map { (spec, $0) }
        }.first
    }
}
