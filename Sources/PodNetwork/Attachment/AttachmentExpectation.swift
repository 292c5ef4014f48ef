import NetworkTypes

/// What CHECK expects to find: the part of a result that is this attachment's, and of the configuration.
///
/// The result counts where both speak: plugins later in the chain may have changed what ours made.
struct AttachmentExpectation: Hashable, Sendable {
    /// Whose it is.
    let id: AttachmentID
    /// The bridge as the result names it, or as the configuration does; nil when there is none.
    let bridge: AttachmentResult.Interface?
    /// The end in the host's namespace; the reference gives it a random name, so it is found by the result.
    let hostEnd: AttachmentResult.Interface?
    /// Whether there has to be one.
    let hasHostEnd: Bool
    /// The container's interface.
    let podEnd: AttachmentResult.Interface?
    /// The container's addresses on it.
    let addresses: [IPPrefix]
    /// The host's addresses for the containers.
    let gateways: [IPPrefix]
    /// The link that has them; nil for the end in the host's namespace.
    let gatewayLink: String?
    /// The routes in the container.
    let routes: [RouteConfiguration]
    /// What the configuration asks for.
    let spec: AttachmentSpec

    init(
        _ result: AttachmentResult,
        _ id: AttachmentID,
        _ configuration: AttachmentConfiguration,
        sandbox: String
    ) {
        self.id = id
        let index = result.interfaces.firstIndex { $0.name == id.interface && $0.sandbox == sandbox }
        let own = result.addresses.filter { $0.interface == nil || $0.interface == index }
        let assigned = own.map { AssignedAddress(prefix: $0.prefix, gateway: $0.gateway) }
        var spec = AttachmentSpec(id, configuration, IPAMAnswer(assigned, routes: []))
        let onHost = result.interfaces.filter(\.sandbox.isEmpty)
        bridge = spec.bridge.map { bridge in onHost.first { $0.name == bridge.name } ?? .init(name: bridge.name) }
        let ends = onHost.filter { $0.name != spec.bridge?.name }
        hasHostEnd = spec.hostEnd != nil
        hostEnd = hasHostEnd ? ends.first { $0.name == id.hostInterfaceName } ?? ends.first : nil
        podEnd = index.map { result.interfaces[$0] }
        if let mac = podEnd?.mac { spec.podEnd.mac = mac }
        if let name = hostEnd?.name { spec.hostEnd?.name = name }
        addresses = own.map(\.prefix)
        routes = result.routes
        if let bridge = spec.bridge {
            gateways = bridge.gateways
            gatewayLink = bridge.gatewayVLAN.map { "\(bridge.name).\($0)" } ?? bridge.name
        } else {
            gateways = (spec.hostEnd?.gateways ?? []).map(IPPrefix.init(host:))
            gatewayLink = nil
        }
        self.spec = spec
    }
}
