public import NetworkTypes

/// A port by its name, which stands for other numbers in other pods.
public struct NamedPort: Hashable, Sendable, Comparable, CustomStringConvertible {
    /// The protocol, which belongs to the name.
    public let transport: TransportProtocol
    /// The name of a container's port.
    public let name: String

    /// Names a port.
    public init(_ transport: TransportProtocol, _ name: String) {
        self.transport = transport
        self.name = name
    }

    /// Orders by name, then by protocol.
    public static func < (left: NamedPort, right: NamedPort) -> Bool {
        left.name == right.name ? left.transport < right.transport : left.name < right.name
    }

    /// "tcp http".
    public var description: String { "\(transport) \(name)" }
}

/// A port's name with the numbers that it stands for in a pod, ordered.
struct ResolvedPort: Hashable, Sendable {
    let name: NamedPort
    let numbers: [Port]
}

extension PortSet {
    /// The numbers of some names.
    init(_ wanted: [NamedPort], in resolved: [ResolvedPort]) {
        self.init(
            resolved.filter { wanted.contains($0.name) }.flatMap { port in
                port.numbers.map { PortRange(port.name.transport, $0) }
            }
        )
    }
}
