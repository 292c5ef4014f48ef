public import NetworkTypes

/// Some ports of a transport protocol, the last one included.
public struct PortRange: Hashable, Sendable, Comparable, CustomStringConvertible {
    /// The protocol.
    public let transport: TransportProtocol
    /// The lowest port.
    public let first: Port
    /// The highest port.
    public let last: Port

    /// Makes a range; the ends are put in order.
    public init(_ transport: TransportProtocol, _ first: Port, _ last: Port) {
        self.transport = transport
        self.first = min(first, last)
        self.last = max(first, last)
    }

    /// A range of one port.
    public init(_ transport: TransportProtocol, _ port: Port) { self.init(transport, port, port) }

    /// All ports of a protocol.
    public static func all(_ transport: TransportProtocol) -> PortRange {
        PortRange(transport, Port(rawValue: 0), Port(rawValue: .max))
    }

    /// Whether it is one port.
    public var isSingle: Bool { first == last }

    /// Whether a port is in it.
    public func contains(_ transport: TransportProtocol?, _ port: Port) -> Bool {
        self.transport == transport && first <= port && port <= last
    }

    /// Orders by protocol, then by the lowest port.
    public static func < (left: PortRange, right: PortRange) -> Bool {
        (left.transport, left.first, left.last) < (right.transport, right.first, right.last)
    }

    /// "tcp 80", "udp 5000-6000".
    public var description: String { isSingle ? "\(transport) \(first)" : "\(transport) \(first)-\(last)" }
}
