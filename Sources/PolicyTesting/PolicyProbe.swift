public import ClusterModel
import JSONTree
public import NetworkTypes

/// A connection that is tried.
public struct PolicyProbe: Hashable, Sendable, CustomStringConvertible {
    /// Where it comes from.
    public let source: IPAddress
    /// Where it goes.
    public let destination: IPAddress
    /// The protocol.
    public let transport: TransportProtocol
    /// The destination's port.
    public let port: Port

    /// Makes a probe.
    public init(_ source: IPAddress, _ destination: IPAddress, _ transport: TransportProtocol, _ port: Port) {
        self.source = source
        self.destination = destination
        self.transport = transport
        self.port = port
    }

    /// "10.244.0.10 > 10.244.0.11 tcp 80".
    public var description: String { "\(source) > \(destination) \(transport) \(port)" }

    /// The ports that pods of the standard world answer at.
    public static let ports: [(TransportProtocol, Port)] = [
        (.tcp, 80), (.tcp, 81), (.udp, 80), (.udp, 81), (.sctp, 80), (.sctp, 81),
    ]

    /// Every pair of addresses of a family that pods of a world or clients outside have, on every port.
    public static func all(_ world: PolicyWorld, _ family: IPFamily) -> [PolicyProbe] {
        let pods = Set(world.podKeys.flatMap { world.addresses(of: $0) })
        let ends = pods.union(PolicyWorld.outside).filter { $0.family == family }.sorted()
        return ends.flatMap { source in
            ends.filter { $0 != source && (pods.contains(source) || pods.contains($0)) }.flatMap { destination in
                ports.map { PolicyProbe(source, destination, $0.0, $0.1) }
            }
        }
    }

    /// Reads `x/b > x/a tcp 80`; `out` and `out2` are the clients outside.
    ///
    /// - Returns: one probe for each family, of pods with their addresses of the standard world.
    public static func read(_ text: String) -> [PolicyProbe] {
        let words = text.split(separator: " ").map(String.init)
        guard words.count == 5, words[1] == ">", let transport = TransportProtocol(name: words[3]),
            let port = Port(words[4])
        else { return [] }
        return IPFamily.allCases.compactMap { family in
            guard let source = address(words[0], family), let destination = address(words[2], family) else {
                return nil
            }
            return PolicyProbe(source, destination, transport, port)
        }
    }

    private static func address(_ name: String, _ family: IPFamily) -> IPAddress? {
        let outside = PolicyWorld.outside.filter { $0.family == family }
        switch name {
        case "out": return outside.first
        case "out2": return outside.last
        default: return PolicyWorld.addresses(of: PolicyWorld.key(name)).first { $0.family == family }
        }
    }
}

extension PolicyWorld {
    /// The addresses that a pod's status has.
    public func addresses(of pod: ObjectKey) -> [IPAddress] {
        (pods[pod]?[path: "status", "podIPs"]?.arrayValue ?? [])
            .compactMap { $0["ip"]?.stringValue.flatMap { IPAddress($0) } }
    }
}
