import ArgumentParser
import ClusterModel
import NetworkTypes
import PolicyPlan

/// Whether NetworkPolicies allow a connection, and which of them.
struct ExplainFromCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "from",
        abstract:
            "Explains whether NetworkPolicies allow a connection: weft explain from NS/POD to NS/POD|IP PORT/PROTO.",
        discussion: """
            The destination is what a Service leads to: a pod's own address and port. Computed from the cluster's \
            objects as weftd does, for the pods of all nodes; and compared with what the kernel of this network \
            namespace has for the pods of this node (needs root; --no-kernel leaves it out). Exits with 0 if the \
            connection is allowed, with 1 if it is denied.
            """
    )

    @Argument(help: "NS/POD or IP, the word to, NS/POD or IP, and PORT/PROTO, as 80/tcp.") var connection: [String]
    @OptionGroup var source: PolicySource

    func run() async throws {
        guard connection.count == 4, connection[1] == "to" else {
            throw ValidationError("\"\(connection.joined(separator: " "))\": give NS/POD to NS/POD|IP PORT/PROTO")
        }
        let (transport, port) = try Self.port(connection[3])
        let cluster = try await source.read()
        let planner = cluster.planner(nodeName: nil)
        let from = try Self.end(connection[0], planner)
        let to = try Self.end(connection[2], planner)
        let pairs = from.addresses.flatMap { one in to.addresses.filter { $0.family == one.family }.map { (one, $0) } }
        guard !pairs.isEmpty else {
            throw PolicyExplainFailure("\(from.name) and \(to.name) have no address of one family")
        }
        var isAllowed = true
        for (one, other) in pairs {
            let answer = planner.explain(one, other, transport, port)
            print(
                "\(from.name) (\(one)) to \(to.name) (\(other)) \(transport) \(port): \(answer.isAllowed ? "allowed" : "denied")"
            )
            print("  egress of \(from.name): \(answer.egress.text)")
            print("  ingress of \(to.name): \(answer.ingress.text)")
            isAllowed = isAllowed && answer.isAllowed
        }
        for problem in planner.problems { print("malformed: \(problem)") }
        if !source.noKernel { for line in try source.comparison(cluster) { print(line) } }
        if !isAllowed { throw ExitCode.failure }
    }

    private static func port(_ text: String) throws -> (TransportProtocol, Port) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, let port = Port(parts[0]), let transport = TransportProtocol(name: parts[1]) else {
            throw ValidationError("\"\(text)\": give PORT/PROTO, as 80/tcp, 53/udp or 7/sctp")
        }
        return (transport, port)
    }

    private static func end(_ text: String, _ planner: PolicyPlanner) throws -> (name: String, addresses: [IPAddress]) {
        if let address = IPAddress(text) { return (text, [address]) }
        guard let key = ObjectKey(text), !key.namespace.isEmpty else {
            throw ValidationError("\"\(text)\": give NS/POD or an IP address")
        }
        guard let addresses = planner.addresses(of: key) else {
            throw PolicyExplainFailure("there is no pod \(key) with a network of its own that is not finished")
        }
        guard !addresses.isEmpty else { throw PolicyExplainFailure("pod \(key) has no address yet") }
        return (text, addresses)
    }
}

extension PolicyExplanation.Answer {
    fileprivate var text: String {
        switch self {
        case .notIsolated: "allowed, no policy isolates it"
        case .itself: "allowed, a pod always reaches itself"
        case .allowed(let rules): "allowed by \(rules.map(\.description).joined(separator: ", "))"
        case .denied(let policies):
            "denied: isolated by \(policies.map(\.description).joined(separator: ", ")), of which no rule allows it"
        }
    }
}

/// Why something can't be explained, in one line.
struct PolicyExplainFailure: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}
