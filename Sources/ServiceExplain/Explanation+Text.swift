import ClusterModel
import NetworkTypes
import ServicePlan
import ServiceProxy

extension ServiceExplanation {
    /// For people, in several lines.
    public var text: String {
        var lines = ["Service \(service)"]
        lines += remarks.map { "  \($0)" }
        lines += ports.flatMap(\.lines)
        return lines.joined(separator: "\n")
    }
}

extension DestinationExplanation {
    /// For people, in several lines.
    public var text: String {
        let from = source.map { " from \($0)\(position.map { " (\($0.text))" } ?? "")" } ?? ""
        var lines = ["\(destination)/\(transport.text)\(from)"]
        switch match {
        case .frontend(let port):
            if isShutOut == true {
                lines.append("  DROP: loadBalancerSourceRanges do not let \(source.map { "\($0)" } ?? "it") in")
            }
            lines += port.lines
        case .unknownPort(let services):
            let names = services.map(\.description).joined(separator: ", ")
            lines.append("  REJECT: it is the ClusterIP of Service \(names), which does not have this port")
        case .nothing:
            lines.append("  not changed: no Service of this cluster has this address, protocol and port on this node")
        }
        return lines.joined(separator: "\n")
    }
}

extension PortExplanation {
    fileprivate var lines: [String] {
        let name = identity.portName.isEmpty ? "" : " \(identity.portName)"
        var lines = ["  port\(name)/\(identity.transport.text), \(family), of \(identity.service)"]
        lines.append("    endpoints: \(endpoints.text)")
        if let affinitySeconds {
            lines.append("    affinity: a client stays with its endpoint for \(affinitySeconds) s")
        }
        lines += frontends.flatMap(\.lines)
        if let kernel { lines += kernel.lines.map { "    \($0)" } }
        return lines
    }
}

extension FrontendExplanation {
    /// Kinds of clients of which the same becomes stand in one line.
    fileprivate var lines: [String] {
        let place =
            frontend.address.map { "\(IPEndpoint(address: $0, port: frontend.port))" } ?? "port \(frontend.port)"
        var lines = ["    \(frontend.kind.name) \(place)"]
        if !frontend.sourceRanges.isEmpty {
            let ranges = frontend.sourceRanges.map(\.description).joined(separator: ", ")
            lines.append("      only from \(ranges); others: DROP")
        }
        var told: [ClientExplanation] = []
        for client in clients {
            guard !told.contains(where: { $0.isLike(client) }) else { continue }
            told.append(client)
            let who =
                clients.count(where: client.isLike) == ClientPosition.allCases.count
                ? "everybody" : clients.filter(client.isLike).map(\.position.text).joined(separator: ", ")
            lines.append("      \(who): \(client.verdict.text)" + (client.reason.isEmpty ? "" : " (\(client.reason))"))
            lines += client.chances.map { "        \($0.text)" }
        }
        return lines
    }
}

extension ClientExplanation {
    fileprivate func isLike(_ other: ClientExplanation) -> Bool {
        verdict == other.verdict && reason == other.reason && chances == other.chances
    }
}

extension ClientExplanation.Chance {
    fileprivate var text: String {
        let tenths = Int((probability * 1000).rounded())
        return "\(endpoint.endpoint)  \(tenths / 10).\(tenths % 10) %\(endpoint.isLocal ? "  on this node" : "")"
    }
}

extension KernelAgreement {
    private var things: String { mode == "iptables" ? "rules" : "elements" }

    fileprivate var lines: [String] {
        switch state {
        case .absent:
            ["kernel: nothing of weftd's in table \(table): mode \(mode) is not in use in this network namespace"]
        case .foreign(let comment):
            ["kernel: table \(table) has other rules than this version writes (\(comment ?? "no comment"))"]
        case .present where differences.isEmpty: ["kernel: as planned (table \(table))"]
        case .present:
            ["kernel: DIFFERS from the plan in \(differences.count) \(things) of table \(table)"]
                + differences.map { "  \($0.isMissing ? "missing" : "superfluous") in \($0.set): \($0.element)" }
        }
    }
}

extension EndpointOverview {
    fileprivate var text: String {
        var parts = ["\(ready) ready (\(localReady) on this node)"]
        if fallback > 0 { parts.append("\(fallback) terminating but serving (\(localFallback) on this node)") }
        if unusable > 0 { parts.append("\(unusable) not usable") }
        switch preference {
        case .node(let name): parts.append("preferred: those for node \(name)")
        case .zone(let name): parts.append("preferred: those for zone \(name)")
        case nil: break
        }
        return parts.joined(separator: ", ")
    }
}

extension ClientPosition {
    /// For people.
    var text: String {
        switch self {
        case .localPod: "pods of this node"
        case .node: "the node itself"
        case .outside: "others"
        }
    }
}

extension ClientVerdict {
    /// For people.
    var text: String {
        switch self {
        case .forward(_, masquerade: true): "to an endpoint, masqueraded"
        case .forward(_, masquerade: false): "to an endpoint, with its own address"
        case .drop: "DROP"
        case .reject: "REJECT"
        }
    }
}

extension TransportProtocol {
    /// As the API writes it.
    var text: String { "\(self)".uppercased() }
}
