public import NetworkTypes

/// What came to be in the kernel: what a result names and a spec can't know.
public struct AttachmentStatus: Hashable, Sendable {
    /// The bridge's link address.
    public var bridgeMAC: MACAddress?
    /// The bridge's MTU in bytes.
    public var bridgeMTU: Int?
    /// The link address of the end on the bridge.
    public var hostMAC: MACAddress?
    /// The MTU of both ends in bytes.
    public var mtu: Int?
}

extension AttachmentSpec {
    /// The result that the runtime gets: bridge, end on the bridge, end in the container, in the reference's order.
    ///
    /// - Parameters:
    ///   - status: what came to be.
    ///   - sandbox: CNI_NETNS.
    ///   - assigned: the addresses with their gateways.
    /// - Returns: the result, without `dns`.
    func result(_ status: AttachmentStatus, sandbox: String, assigned: [AssignedAddress]) -> AttachmentResult {
        var result = AttachmentResult()
        result.interfaces = [
            .init(name: bridge.name, mac: status.bridgeMAC, mtu: status.bridgeMTU),
            .init(name: hostEnd.name, mac: status.hostMAC, mtu: status.mtu),
            .init(name: podEnd.name, mac: podEnd.mac, mtu: status.mtu, sandbox: sandbox),
        ]
        result.addresses = assigned.map { .init(prefix: $0.prefix, gateway: $0.gateway, interface: 2) }
        result.routes = podEnd.routes
        return result
    }
}
