import ArgumentParser
import CommandLineEntry
import Glibc
import Logging
import NodeDaemon
import ServiceLifecycle
import UnixSignals

/// The node daemon: programs Services and the routes to other nodes' pods into this machine's kernel.
@main
struct Weftd: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "weftd",
        abstract: "Programs Services and the pod network of one node into its kernel.",
        subcommands: [Cleanup.self]
    )

    @Option(help: "The name of the Node that this machine is.")
    var nodeName = ""

    @Option(help: "The store or API server: http://HOST:PORT, https://HOST:PORT or unix:/path/to.sock.")
    var server: String?

    @Option(help: "A kubeconfig file instead of --server; its current context is used.")
    var kubeconfig: String?

    @Option(help: "How Services are programmed: nftables, iptables or ipvs.")
    var mode = "nftables"

    @Option(help: "How other nodes' pods are reached: vxlan, host-gw or none.")
    var network = "host-gw"

    @Option(help: "How mode ipvs picks endpoints: rr (the default), wrr, lc, wlc, lblc, lblcr, dh, sh, sed, nq or mh.")
    var ipvsScheduler: String?

    @Option(help: "How NetworkPolicies are enforced: nftables, or none.")
    var policy = "nftables"

    @Option(help: "What becomes of connections that NetworkPolicies no longer allow: cut or keep.")
    var policyExistingFlows = "cut"

    @Option(name: .customLong("cluster-cidr"), help: "All pods' addresses, one range per family, separated by a comma.")
    var clusterCIDR: String?

    @Option(
        help: """
            How pods of this node are told: ClusterCIDR (the node's own range where no --cluster-cidr is given), \
            NodeCIDR, BridgeInterface, InterfaceNamePrefix or None.
            """
    )
    var detectLocalMode: String?

    @Option(help: "For BridgeInterface: the pods' bridge, such as cni0.")
    var podBridgeInterface: String?

    @Option(help: "For InterfaceNamePrefix: how the names of the pods' interfaces begin, such as veth.")
    var podInterfaceNamePrefix: String?

    @Flag(help: "Masquerade all traffic to ClusterIPs.")
    var masqueradeAll = false

    @Option(
        name: .customLong("nodeport-addresses"),
        help:
            "Node ports are taken on addresses in these ranges, separated by commas, or on the node's primary ones: primary."
    )
    var nodePortAddresses: String?

    @Option(help: "Where /metrics is served; empty for nowhere.")
    var metricsBindAddress = "127.0.0.1:10249"

    @Option(help: "Where /healthz and /livez are served; empty for nowhere.")
    var healthzBindAddress = "0.0.0.0:10256"

    @Option(
        help: ArgumentHelp(
            "Where the node's pod subnet is written for CNI plugins, in the form of flannel's subnet.env.",
            discussion: "Off unless given, or --cni-conf-dir is: then \(PodNetworkFiles.standardSubnetFile)."
        )
    )
    var subnetFile: String?

    @Option(
        help: ArgumentHelp(
            "The folder in which 05-weft.conflist, a network list for weft-cni, is written when the subnet is ready.",
            discussion: "Off unless given; runtimes look in \(PodNetworkFiles.standardConfigurationDirectory)."
        )
    )
    var cniConfDir: String?

    @Option(help: "What is logged: trace, debug, info, notice, warning, error or critical.")
    var logLevel = "info"

    static func main() async { await runToTheEnd() }

    func run() async throws {
        signal(SIGPIPE, SIG_IGN)  // A client that goes away in the middle of an answer must not end the process.
        let options = try DaemonOptions(
            nodeName: nodeName,
            kubeconfig: kubeconfig,
            server: server,
            mode: mode,
            network: network,
            ipvsScheduler: ipvsScheduler,
            policy: policy,
            policyExistingFlows: policyExistingFlows,
            clusterCIDR: clusterCIDR,
            detectLocalMode: detectLocalMode,
            podBridgeInterface: podBridgeInterface,
            podInterfaceNamePrefix: podInterfaceNamePrefix,
            masqueradeAll: masqueradeAll,
            nodePortAddresses: nodePortAddresses,
            metricsBindAddress: metricsBindAddress,
            healthzBindAddress: healthzBindAddress,
            subnetFile: subnetFile,
            cniConfDir: cniConfDir,
            logLevel: logLevel
        )
        try await Self.group(try WeftDaemon(options: options), options.makeLogger()).run()
    }

    private static func group(_ daemon: WeftDaemon, _ logger: Logger) -> ServiceGroup {
        var quiet = logger
        quiet.logLevel = .critical  // What ends the daemon is told in one line at the end.
        var configuration = ServiceGroupConfiguration(
            services: [daemon],
            gracefulShutdownSignals: [.sigterm, .sigint],
            logger: quiet
        )
        configuration.maximumGracefulShutdownDuration = .seconds(5)
        return ServiceGroup(configuration: configuration)
    }
}

struct Cleanup: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Remove everything that weftd wrote into this machine's kernel, and for CNI plugins.",
        discussion: """
            The files for CNI plugins are looked for where --subnet-file and --cni-conf-dir say, by default in \
            \(PodNetworkFiles.standardSubnetFile) and \(PodNetworkFiles.standardConfigurationDirectory), and only \
            removed if weftd wrote them; an empty value leaves them alone.
            """
    )

    /// The daemon's own options are read by it, wherever they stand.
    @ParentCommand var daemon: Weftd

    func run() throws {
        let result = try NodeCleanup.run(
            subnetFile: daemon.subnetFile ?? PodNetworkFiles.standardSubnetFile,
            cniConfDir: daemon.cniConfDir ?? PodNetworkFiles.standardConfigurationDirectory
        )
        for line in result.removed { print("removed \(line)") }
        if let failure = result.failure { throw failure }
        if result.removed.isEmpty { print("nothing of weftd's was there") }
    }
}
