import NetworkTypes

/// The planning of one Service in one family: from definitions to specs, without state.
struct ServicePlanning {
    let node: NodeContext
    let service: ServiceDefinition
    let family: IPFamily
    /// The Service's slices of that family, in a fixed order: a later slice wins over an earlier one.
    let slices: [SliceDefinition]
    /// Which of the Service's frontends it really holds; another Service may have claimed the same address and port.
    let holds: (ServicePortIdentity, Frontend) -> Bool

    /// One spec for each port, in the Service's order; empty when the Service has no ClusterIP of the family.
    func specs() -> [ServicePortSpec] {
        guard service.clusterIP(family) != nil else { return [] }
        return service.ports.map(spec)
    }

    /// What the endpoints of a port are like, before any policy.
    func overview(of port: ServicePortDefinition) -> EndpointOverview {
        EndpointOverview(candidates(for: port), node: node.name, zone: node.zone)
    }

    private func spec(for port: ServicePortDefinition) -> ServicePortSpec {
        let candidates = candidates(for: port)
        let isExternal = service.isExternallyAccessible(port, family)
        let usesLocal = service.internalLocal || (service.externalLocal && isExternal)
        let categories = EndpointCategories(
            candidates,
            usesCluster: !service.internalLocal || isExternal,
            usesLocal: usesLocal,
            node: node.name,
            zone: node.zone
        )
        let identity = service.identity(of: port)
        let frontends = service.frontends(of: port, family).filter { holds(identity, $0) }.map { frontend in
            var treated = frontend
            treated.treatment = treatment(of: frontend.kind, categories)
            treated.sourceRanges = allowed(frontend)
            return treated
        }
        let cleans = port.transport == .tcp && service.cleansConnections
        let serving = port.transport == .udp || cleans ? candidates.filter { $0.conditions.contains(.serving) } : []
        return ServicePortSpec(
            identity: identity,
            family: family,
            frontends: Array(Set(frontends)).sorted(),
            clusterEndpoints: categories.cluster,
            localEndpoints: categories.local,
            affinitySeconds: service.affinitySeconds,
            healthCheckNodePort: service.healthCheckNodePort,
            localReadyAddresses: service.healthCheckNodePort == nil ? [] : Self.localReadyAddresses(candidates),
            servingEndpoints: serving.map(\.endpoint),
            cleansConnections: cleans,
            isPriority: service.isPriority,
            scheduler: service.scheduler
        )
    }

    private static func localReadyAddresses(_ candidates: [EndpointCandidate]) -> [IPAddress] {
        let ready = candidates.lazy.filter { $0.isLocal && $0.conditions.contains(.ready) }
        return Set(ready.map(\.endpoint.address)).sorted()
    }

    private func treatment(of kind: Frontend.Kind, _ categories: EndpointCategories) -> FrontendTreatment {
        guard categories.hasAny else { return .reject }
        guard kind == .clusterIP else {
            return service.externalLocal ? .externalLocal : .balance(.cluster, .always)
        }
        let masquerade: MasqueradeRule =
            if node.masqueradeAll { .always } else {
                node.localDetector.isImplemented(family) ? .unlessLocalPod : .never
            }
        guard service.internalLocal else { return .balance(.cluster, masquerade) }
        return categories.local.isEmpty ? .drop : .balance(.local, masquerade)
    }

    /// A restricted load balancer that lets the node in also lets in its own address: a node that holds the address
    /// sends from it.
    private func allowed(_ frontend: Frontend) -> [IPPrefix] {
        let ranges = frontend.sourceRanges
        guard let address = frontend.address, !ranges.isEmpty else { return [] }
        let letsNodeIn = node.addresses.contains { own in ranges.contains { $0.contains(own) } }
        return Array(Set(letsNodeIn ? ranges + [IPPrefix(host: address)] : ranges)).sorted()
    }

    /// The endpoints of a port, once each and ordered.
    ///
    /// A terminating one never replaces another: the address may have been given to a new pod before the old one's
    /// slice is gone.
    private func candidates(for port: ServicePortDefinition) -> [EndpointCandidate] {
        var found: [IPEndpoint: EndpointCandidate] = [:]
        for slice in slices {
            for slicePort in slice.ports where slicePort.name == port.name && slicePort.transport == port.transport {
                for endpoint in slice.endpoints {
                    let target = IPEndpoint(address: endpoint.address, port: slicePort.port)
                    if found[target] != nil, endpoint.conditions.contains(.terminating) { continue }
                    found[target] = EndpointCandidate(
                        endpoint: target,
                        isLocal: endpoint.isLocal,
                        conditions: endpoint.conditions,
                        hints: endpoint.hints,
                        weight: endpoint.weight
                    )
                }
            }
        }
        return found.values.sorted { $0.endpoint < $1.endpoint }
    }
}
