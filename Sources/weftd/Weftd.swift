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

    @Option(
        help: ArgumentHelp(
            "A KubeProxyConfiguration file, v1alpha1, in YAML or JSON.",
            discussion: "kube-proxy's flags that have a field in it do nothing then; weftd's own win."
        )
    )
    var config: String?

    @Option(help: "The name of the Node that this machine is.")
    var nodeName: String?

    @Option(help: "kube-proxy's name of --node-name.")
    var hostnameOverride: String?

    @Option(
        name: [.long, .customLong("master")],
        help: "The store or API server: http://HOST:PORT, https://HOST:PORT or unix:/path/to.sock."
    )
    var server: String?

    @Option(help: "A kubeconfig file instead of --server; its current context is used.")
    var kubeconfig: String?

    @Option(
        help: "How Services are programmed: nftables, iptables, ipvs, or none where kube-proxy or another one does it."
    )
    var mode: String?

    @Flag(help: "Take away what kube-proxy left in this machine's kernel, once the Services are programmed.")
    var takeover = false

    @Option(help: "How other nodes' pods are reached: vxlan, host-gw or none.")
    var network = "host-gw"

    @Option(help: "How NetworkPolicies are enforced: nftables, or none.")
    var policy = "nftables"

    @Option(help: "What becomes of connections that NetworkPolicies no longer allow: cut or keep.")
    var policyExistingFlows = "cut"

    @Flag(help: "Count each Service's packets for /metrics, with a look-up for each packet; in mode nftables.")
    var serviceCounters = false

    @Option(
        help: "Where /metrics is served, 127.0.0.1:10249 unless given (mode none: nowhere); empty for nowhere."
    )
    var metricsBindAddress: String?

    @Option(
        help: "Where /healthz and /livez are served, 0.0.0.0:10256 (mode none: nowhere) unless given; empty: nowhere."
    )
    var healthzBindAddress: String?

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

    @Option(help: "What is logged, info unless given: trace, debug, info, notice, warning, error or critical.")
    var logLevel: String?

    @Option(help: "Write the configuration, with all defaults, to this file, and end.")
    var writeConfigTo: String?

    @Flag(help: "Set connection tracking, which takes more rights than the rest, and end.")
    var initOnly = false

    @Flag(name: .customLong("cleanup"), help: "kube-proxy's name of the command cleanup.")
    var cleansUp = false

    @OptionGroup(title: "kube-proxy's flags") var flags: KubeProxyFlags

    static func main() async { await runToTheEnd() }

    func run() async throws {
        signal(SIGPIPE, SIG_IGN)  // A client that goes away in the middle of an answer must not end the process.
        if cleansUp { return try Cleanup.run(subnetFile: subnetFile, cniConfDir: cniConfDir) }
        let arguments = self.arguments
        if let writeConfigTo { return try arguments.writeConfiguration(to: writeConfigTo) }
        if initOnly {
            for problem in try NodeInitialization.run(arguments) { print("not set: \(problem)") }
            return
        }
        let options = try arguments.options()
        try await Self.group(try WeftDaemon(options: options), options.makeLogger()).run()
    }

    private var arguments: DaemonArguments {
        var arguments = DaemonArguments()
        arguments.config = config
        arguments.nodeName = nodeName
        arguments.hostnameOverride = hostnameOverride
        arguments.server = server
        arguments.kubeconfig = kubeconfig
        arguments.mode = mode
        arguments.takesOver = takeover
        arguments.countsPackets = serviceCounters
        arguments.network = network
        arguments.policy = policy
        arguments.policyExistingFlows = policyExistingFlows
        arguments.metricsBindAddress = metricsBindAddress
        arguments.healthzBindAddress = healthzBindAddress
        arguments.subnetFile = subnetFile
        arguments.cniConfDir = cniConfDir
        arguments.logLevel = logLevel
        arguments.flags = flags.values
        return arguments
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

    func run() throws { try Self.run(subnetFile: daemon.subnetFile, cniConfDir: daemon.cniConfDir) }

    static func run(subnetFile: String?, cniConfDir: String?) throws {
        let result = try NodeCleanup.run(
            subnetFile: subnetFile ?? PodNetworkFiles.standardSubnetFile,
            cniConfDir: cniConfDir ?? PodNetworkFiles.standardConfigurationDirectory
        )
        for line in result.removed { print("removed \(line)") }
        if let failure = result.failure { throw failure }
        if result.removed.isEmpty { print("nothing of weftd's was there") }
    }
}
