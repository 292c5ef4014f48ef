/// One case of the conformance table: changes of the standard world, and what must hold after each.
public struct PolicyCase: Sendable, CustomStringConvertible {
    /// What is looked at after some changes.
    public struct Step: Sendable {
        /// What changes.
        public let changes: [PolicyChange]
        /// Connections that must be allowed, as ``PolicyProbe/read(_:)`` reads them.
        public let allowed: [String]
        /// Connections that must be denied.
        public let denied: [String]
    }

    /// What it is about.
    public let name: String
    /// What happens, in order.
    public private(set) var steps: [Step]

    init(_ name: String, _ changes: [PolicyChange], allowed: [String] = [], denied: [String] = []) {
        self.name = name
        steps = [Step(changes: changes, allowed: allowed, denied: denied)]
    }

    /// The same with one step more.
    func then(_ changes: [PolicyChange], allowed: [String] = [], denied: [String] = []) -> PolicyCase {
        var longer = self
        longer.steps.append(Step(changes: changes, allowed: allowed, denied: denied))
        return longer
    }

    /// The name.
    public var description: String { name }

    /// The whole table.
    public static let all: [PolicyCase] =
        isolation + directions + podSelectors + namespaceSelectors + combinations + ports + namedPorts + blocks
        + blocksWithPorts + additions + policyChanges + labelChanges + podChanges + namespaceChanges + lifeCycle
        + malformed
}

/// Protocols as policies write them, and as probes do.
let transports = [("TCP", "tcp"), ("UDP", "udp"), ("SCTP", "sctp")]
