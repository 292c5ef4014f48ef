import NetworkTypes

/// What CHECK expects to find: the part of a result that is this attachment's, and of the configuration.
///
/// The result counts where both speak: plugins later in the chain may have changed what ours made.
struct AttachmentExpectation: Hashable, Sendable {
    /// The bridge as the result names it, or as the configuration does.
    let bridge: AttachmentResult.Interface
    /// The end on the bridge; the reference gives it a random name, so it is found by the result.
    let hostEnd: AttachmentResult.Interface?
    /// The end in the container.
    let podEnd: AttachmentResult.Interface?
    /// The container's addresses on it.
    let addresses: [IPPrefix]
    /// The bridge's addresses.
    let gateways: [IPPrefix]
    /// The routes in the container.
    let routes: [RouteConfiguration]
    /// Whether the port reflects frames.
    let hairpin: Bool
    /// The masquerade rules, when there have to be any.
    let masquerade: MasqueradeRules?
    /// The name that the interface has in the container.
    let interfaceName: String

    init(
        _ result: AttachmentResult,
        _ attachment: AttachmentID,
        _ configuration: BridgeConfiguration,
        sandbox: String
    ) {
        let onHost = result.interfaces.filter(\.sandbox.isEmpty)
        bridge = onHost.first { $0.name == configuration.bridge } ?? .init(name: configuration.bridge)
        let ports = onHost.filter { $0.name != configuration.bridge }
        hostEnd = ports.first { $0.name == attachment.hostInterfaceName } ?? ports.first
        let index = result.interfaces.firstIndex { $0.name == attachment.interface && $0.sandbox == sandbox }
        podEnd = index.map { result.interfaces[$0] }
        let own = result.addresses.filter { $0.interface == nil || $0.interface == index }
        addresses = own.map(\.prefix)
        gateways =
            configuration.isGateway
            ? own.compactMap { address in
                address.gateway.flatMap { IPPrefix(address: $0, length: address.prefix.length) }
            } : []
        routes = result.routes
        hairpin = configuration.hairpin
        interfaceName = attachment.interface
        let spec = AttachmentSpec(attachment, configuration, addresses: [])
        masquerade =
            spec.masqueradedSubnets.isEmpty
            ? nil : MasqueradeRules(network: attachment.network, subnets: spec.masqueradedSubnets)
    }
}
