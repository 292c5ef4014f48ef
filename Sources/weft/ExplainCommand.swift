import ArgumentParser
import ClusterModel
import NetworkTypes
import ServiceExplain

/// Why connections go where they go.
struct ExplainCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract: "Tells where connections to a Service go on this node, with which probability, and why.",
        discussion: """
            Computed from the cluster's objects, as weftd does, and compared with what the kernel of this network \
            namespace really has (needs root, --no-kernel leaves it out). Give the options of this node's weftd, \
            --mode among them, where they are not the defaults.
            """,
        subcommands: [ExplainServiceCommand.self, ExplainDestinationCommand.self, ExplainFromCommand.self]
    )
}

enum ExplainOutput: String, ExpressibleByArgument, CaseIterable { case text, json }

struct ExplainServiceCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "service",
        abstract: "Explains a Service: weft explain service NAMESPACE/NAME."
    )

    @Argument(help: "NAMESPACE/NAME; without a namespace it is default.") var name: String
    @OptionGroup var source: ExplainSource
    @Option(name: .shortAndLong, help: "text or json.") var output = ExplainOutput.text

    func run() async throws {
        let parts = name.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        let (namespace, service) = parts.count == 2 ? (parts[0], parts[1]) : ("default", name)
        guard !namespace.isEmpty, !service.isEmpty, !service.contains("/") else {
            throw ValidationError("\"\(name)\": give NAMESPACE/NAME")
        }
        let explanation = try await source.explainer { cluster, explainer in
            guard let found = cluster.services.first(where: { $0.namespace == namespace && $0.name == service }) else {
                throw ExplainFailure("there is no Service \(namespace)/\(service)")
            }
            return explainer.explain(found)
        }
        print(output == .json ? "\(explanation.json)" : explanation.text)
    }
}

struct ExplainDestinationCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dst",
        abstract: "Explains a connection: weft explain dst IP:PORT [from IP]."
    )

    @Argument(help: "IP:PORT, or [IP]:PORT for IPv6.") var destination: String
    @Argument(help: "from IP: the client's address.") var from: [String] = []
    @Option(name: .customLong("protocol"), help: "tcp, udp or sctp.") var transport = "tcp"
    @OptionGroup var source: ExplainSource
    @Option(name: .shortAndLong, help: "text or json.") var output = ExplainOutput.text

    func run() async throws {
        guard let destination = IPEndpoint(destination) else {
            throw ValidationError("\"\(destination)\": give an address with a port, as 10.96.0.1:80 or [fd96::1]:80")
        }
        guard let transport = TransportProtocol.allCases.first(where: { "\($0)" == transport.lowercased() }) else {
            throw ValidationError("--protocol \(transport): give tcp, udp or sctp")
        }
        let client = try clientAddress(destination.address.family)
        let explanation = try await source.explainer { _, explainer in
            explainer.explain(destination, transport, from: client)
        }
        print(output == .json ? "\(explanation.json)" : explanation.text)
    }

    private func clientAddress(_ family: IPFamily) throws -> IPAddress? {
        if from.isEmpty { return nil }
        guard from.count == 2, from[0] == "from", let address = IPAddress(from[1]), address.family == family else {
            throw ValidationError("\"\(from.joined(separator: " "))\": give from IP, with an \(family) address")
        }
        return address
    }
}

/// Why something can't be explained, in one line.
struct ExplainFailure: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}
