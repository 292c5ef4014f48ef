public import ClusterModel
public import NetworkTypes

/// Names one port of one Service: what kube-proxy calls a service port name.
///
/// The same identity exists once per IP family; whatever is planned for it carries the family beside it.
public struct ServicePortIdentity: Hashable, Sendable {
    /// The Service.
    public let service: ObjectKey
    /// The port's name; empty when the Service has a single unnamed port.
    public let portName: String
    /// The port's protocol.
    public let transport: TransportProtocol

    /// Makes the identity of a port.
    public init(service: ObjectKey, portName: String, transport: TransportProtocol) {
        self.service = service
        self.portName = portName
        self.transport = transport
    }
}

extension ServicePortIdentity: Comparable, CustomStringConvertible {
    /// Orders by namespace, name, port name and protocol.
    public static func < (left: ServicePortIdentity, right: ServicePortIdentity) -> Bool {
        if left.service.namespace != right.service.namespace { return left.service.namespace < right.service.namespace }
        if left.service.name != right.service.name { return left.service.name < right.service.name }
        if left.portName != right.portName { return left.portName < right.portName }
        return left.transport < right.transport
    }

    /// "namespace/name:port", or "namespace/name" when the port has no name.
    public var description: String {
        let service = "\(service.namespace)/\(service.name)"
        return portName.isEmpty ? service : "\(service):\(portName)"
    }
}
