import ArgumentParser
import CommandLineEntry
import ControlStore
import ControlStoreServer
import Glibc
import Logging
import ServiceLifecycle
import UnixSignals

/// The control store: a Kubernetes-compatible list/watch API over one SQLite file.
@main
struct WeftStore: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "weft-store",
        abstract: "A Kubernetes-compatible API for namespaces, nodes, pods, Services and network policies, in one file."
    )

    @Option(help: "The directory for the data; made when it is missing.")
    var data: String

    @Option(help: "Where to listen: 127.0.0.1:8080, [::1]:8080 or unix:/path. May be given several times.")
    var listen: [String] = ["127.0.0.1:8080"]

    @Option(name: .customLong("service-cidr"), help: "Addresses for Services, one range per address family.")
    var serviceCIDR = "10.96.0.0/16"

    @Option(name: .customLong("pod-cidr"), help: "Addresses for pods, one range per address family.")
    var podCIDR = "10.244.0.0/16"

    @Option(name: .customLong("node-cidr-mask"), help: "How long the prefix of a node's IPv4 range is.")
    var nodeCIDRMask = 24

    @Option(name: .customLong("node-cidr-mask-ipv6"), help: "How long the prefix of a node's IPv6 range is.")
    var nodeCIDRMaskIPv6 = 64

    static func main() async { await runToTheEnd() }

    func run() async throws {
        // A client that goes away in the middle of an answer must not end the process.
        signal(SIGPIPE, SIG_IGN)
        try await serve()
    }

    private func serve() async throws {
        let logger = Logger(label: "weft-store") { StreamLogHandler.standardError(label: $0) }
        let addresses = try listen.map { text in try ListenAddress(text) }
        let ranges = try ClusterRanges(
            services: serviceCIDR,
            pods: podCIDR,
            nodeMaskIPv4: nodeCIDRMask,
            nodeMaskIPv6: nodeCIDRMaskIPv6
        )
        let directory = try DataDirectory(path: data)
        let store = try await ObjectStore.open(
            storage: try directory.storage(),
            configuration: StoreConfiguration(ranges: ranges),
            logger: logger
        )
        let server = StoreServer(store: store, addresses: addresses, logger: logger) { address in
            logger.info("listening on \(address)")
        }
        var quiet = logger
        quiet.logLevel = .error
        var configuration = ServiceGroupConfiguration(
            services: [server],
            gracefulShutdownSignals: [.sigterm, .sigint],
            logger: quiet
        )
        configuration.maximumGracefulShutdownDuration = .seconds(10)
        do {
            try await ServiceGroup(configuration: configuration).run()
        } catch let error as ServerError {
            try? await store.close()
            throw error
        }
        try await store.close()
        logger.info("ended")
    }
}
