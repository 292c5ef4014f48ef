import ArgumentParser
import BenchRunner
import BenchScenarios
import CommandLineEntry
import PeerTesting

@main
struct WeftBench: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "weft-bench",
        abstract: "Measures the proxy modes beside each other, and the CNI plugin.",
        discussion: """
            Needs root, for network namespaces of its own; the machine's network is not touched. The variants take \
            turns, so that what else the machine does meets them all. Exits with 1 when something that was asked for \
            has no figures: the reason stands below the tables.
            """,
        subcommands: [
            ProgramCommand.self, BatchCommand.self, NodeCommand.self, SoakCommand.self, ConnectCommand.self,
            PolicyCommand.self, CNICommand.self, AllCommand.self,
        ],
        defaultSubcommand: AllCommand.self
    )

    static func main() async { await runToTheEnd() }
}

/// How it looks.
enum BenchOutput: String, ExpressibleByArgument, CaseIterable { case table, json }

struct ProgramCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "program",
        abstract: "First sync of all Services into a fresh kernel, and one endpoint moved, by phase."
    )

    @OptionGroup var options: BenchOptions
    @OptionGroup var sizes: EndpointOptions

    @OptionGroup var peer: PeerOptions

    func run() async throws {
        if peer.diff { return try await peer.printDifferences(sizes, options) }
        let programs = peer.programs()
        try await options.run(missing: programs.missing) {
            sizes.scenarios($0, options) + peer.scenarios(programs.found, $0, sizes, options)
        }
    }
}

struct BatchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "batch",
        abstract: "The same as program, beside the very same messages as one plain batch: the floor."
    )

    @OptionGroup var options: BenchOptions
    @OptionGroup var sizes: EndpointOptions
    @Option(help: "How many changes of each kind a round makes.") var changes = 10

    func run() async throws {
        try await options.run { modes in
            modes.flatMap { mode in
                options.services.numbers.flatMap { services in
                    sizes.endpoints.numbers.map {
                        BatchScenario(mode, services: services, endpoints: $0, changes: changes)
                    }
                }
            }
        }
    }
}

struct NodeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "node",
        abstract: "weftd as a process before weft-store: start, memory, processor, and changes, beside their floor."
    )

    @OptionGroup var options: BenchOptions
    @OptionGroup var sizes: EndpointOptions
    @Option(help: "How many changes of each kind a round makes.") var changes = 100

    func run() async throws {
        try await options.run { modes in
            options.services.numbers.flatMap { services in
                sizes.endpoints.numbers.map {
                    NodeScenario(modes, services: services, endpoints: $0, changes: changes)
                }
            }
        }
    }
}

struct ConnectCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "connect",
        abstract: "TCP connect() to the first, middle and last Service, beside the way straight to the pod."
    )

    @OptionGroup var options: BenchOptions

    func run() async throws { try await options.run { options.connectScenarios($0) } }
}

struct PolicyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "policy",
        abstract: "NetworkPolicies: start and changes, in the kernel and in packets; what a connection costs."
    )

    @OptionGroup var options: BenchOptions
    @Option(help: "How many policies there are in the cluster.") var policies = 1000
    @Option(help: "How many pods there are in the cluster.") var pods = 10_000
    @Option(help: "How many of the pods are on the node.") var local = 110

    func run() async throws {
        try await options.run { _ in
            [
                PolicyScenario(policies: policies, pods: pods, local: local),
                PolicyNodeScenario(policies: policies, pods: pods, local: local),
                PolicyConnectScenario(policies: [1, policies], connections: options.counted ? 300 : 500),
            ]
        }
    }
}

struct AllCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "all", abstract: "Every scenario of the proxy modes.")

    @OptionGroup var options: BenchOptions
    @OptionGroup var sizes: EndpointOptions
    @OptionGroup var peer: PeerOptions

    func run() async throws {
        if peer.diff { return try await peer.printDifferences(sizes, options) }
        let programs = peer.programs()
        try await options.run(missing: programs.missing) {
            sizes.scenarios($0, options) + peer.scenarios(programs.found, $0, sizes, options)
                + options.connectScenarios($0)
        }
    }
}

extension BenchOptions {
    func connectScenarios(_ modes: [BenchMode]) -> [any BenchScenario] {
        services.numbers.map { ConnectScenario(modes, services: $0, connections: counted ? 300 : 500) }
    }
}

/// What only scenarios with endpoints ask for.
struct EndpointOptions: ParsableArguments {
    @Option(help: "Numbers of endpoints of each Service, with commas between.") var endpoints = NumberList([1, 10])

    func scenarios(_ modes: [BenchMode], _ options: BenchOptions) -> [any BenchScenario] {
        options.services.numbers.flatMap { services in
            endpoints.numbers.map { endpoints in
                ProgramScenario(modes, services: services, endpoints: endpoints, isCounted: options.counted)
            }
        }
    }
}
