public import NetworkTypes

/// What names a virtual server in its network namespace.
public enum VirtualServerID: Hashable, Sendable {
    /// The packets to an address and port.
    case endpoint(TransportProtocol, IPEndpoint)
    /// The packets of a family that carry a firewall mark, whatever their destination.
    case firewallMark(UInt32, IPFamily)

    /// Names the virtual server of an address and port.
    public init(_ transport: TransportProtocol, _ address: IPAddress, _ port: Port) {
        self = .endpoint(transport, IPEndpoint(address: address, port: port))
    }

    /// The IP version of the packets.
    public var family: IPFamily {
        switch self {
        case .endpoint(_, let endpoint): endpoint.family
        case .firewallMark(_, let family): family
        }
    }

    /// The protocol of the packets; nil for a firewall mark.
    public var transport: TransportProtocol? {
        if case .endpoint(let transport, _) = self { transport } else { nil }
    }

    /// The address and port of the packets; nil for a firewall mark.
    public var endpoint: IPEndpoint? {
        if case .endpoint(_, let endpoint) = self { endpoint } else { nil }
    }
}

extension VirtualServerID: Comparable, CustomStringConvertible {
    /// Orders addresses before marks, then by protocol, address and port, or by family and mark.
    public static func < (left: VirtualServerID, right: VirtualServerID) -> Bool {
        switch (left, right) {
        case (.endpoint(let transport, let endpoint), .endpoint(let other, let otherEndpoint)):
            (transport, endpoint) < (other, otherEndpoint)
        case (.endpoint, .firewallMark): true
        case (.firewallMark, .endpoint): false
        case (.firewallMark(let mark, let family), .firewallMark(let otherMark, let otherFamily)):
            (family.rawValue, mark) < (otherFamily.rawValue, otherMark)
        }
    }

    /// "TCP 10.96.0.1:80" or "mark 7 (IPv4)".
    public var description: String {
        switch self {
        case .endpoint(let transport, let endpoint): "\(transport.kubernetesName) \(endpoint)"
        case .firewallMark(let mark, let family): "mark \(mark) (\(family))"
        }
    }
}
