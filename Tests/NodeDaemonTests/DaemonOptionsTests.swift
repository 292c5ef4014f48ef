import ControlStoreClient
import NetworkTypes
import ServicePlan
import Testing

@testable import NodeDaemon

struct DaemonOptionsTests {
    private static func options(
        name: String = "node-1",
        server: String? = "http://127.0.0.1:8080",
        kubeconfig: String? = nil,
        mode: String = "nftables",
        network: String = "host-gw",
        scheduler: String? = nil,
        cidr: String? = nil,
        metrics: String? = nil,
        health: String? = nil,
        level: String = "info"
    ) throws -> DaemonOptions {
        try DaemonOptions(
            nodeName: name,
            kubeconfig: kubeconfig,
            server: server,
            mode: mode,
            network: network,
            ipvsScheduler: scheduler,
            clusterCIDR: cidr,
            metricsBindAddress: metrics,
            healthzBindAddress: health,
            logLevel: level
        )
    }

    private static func problem(_ body: () throws -> DaemonOptions) -> String {
        do {
            _ = try body()
            return "none"
        } catch {
            return "\(error)"
        }
    }

    @Test func defaultsAreTaken() throws {
        let options = try Self.options()
        #expect(options.mode == .nftables)
        #expect(options.network == .hostGateway)
        #expect(options.clusterCIDRs.isEmpty)
        #expect(options.metricsAddress?.description == "127.0.0.1:10249")
        #expect(options.healthAddress?.description == "0.0.0.0:10256")
    }

    /// Beside kube-proxy the standard ports are taken.
    @Test func modeNoneServesNothingUnlessItIsAskedTo() throws {
        let options = try Self.options(mode: "none")
        #expect(options.mode == .none)
        #expect(options.metricsAddress == nil && options.healthAddress == nil)
        #expect(try Self.options(mode: "none", health: "127.0.0.1:9").healthAddress?.description == "127.0.0.1:9")
    }

    @Test(arguments: [
        ("10.244.0.0/16", ["10.244.0.0/16"]), ("10.244.3.7/16", ["10.244.0.0/16"]),
        ("fd00::/48,10.0.0.0/8", ["fd00::/48", "10.0.0.0/8"]), ("", []),
    ])
    func clusterCIDRs(text: String, prefixes: [String]) throws {
        #expect(try Self.options(cidr: text).clusterCIDRs.map(\.description) == prefixes)
    }

    @Test(arguments: ["10.0.0.0/8,10.1.0.0/16", "10.0.0.0", "x", "10.0.0.0/8,", "fd00::/48,fd01::/48"])
    func badClusterCIDRsAreNamed(text: String) {
        let problem = Self.problem { try Self.options(cidr: text) }
        #expect(problem.hasPrefix("--cluster-cidr \"\(text)\""), "\(problem)")
    }

    @Test(arguments: [("", nil), (":9000", "0.0.0.0:9000"), ("[::1]:9000", "[::1]:9000")] as [(String, String?)])
    func addresses(text: String, expected: String?) throws {
        #expect(try Self.options(metrics: text).metricsAddress?.description == expected)
        #expect(try Self.options(health: text).healthAddress?.description == expected)
    }

    @Test func theSchedulerIsOfModeIPVSOnly() throws {
        #expect(try Self.options(mode: "ipvs").ipvsScheduler == "rr")
        #expect(try Self.options(mode: "ipvs", scheduler: "sh").ipvsScheduler == "sh")
        #expect(try Self.options(mode: "ipvs", scheduler: "sh").warnings.isEmpty)
        let others = try Self.options(mode: "iptables", scheduler: "sh")
        #expect(others.warnings == ["--ipvs-scheduler sh has no effect: the mode is iptables"])
        #expect(throws: NodeDaemonError.self) { try Self.options(scheduler: "random") }
    }

    @Test func whatIsWrongIsSaidInOneLine() {
        let problems: [(String, String)] = [
            (
                Self.problem { try Self.options(mode: "ebpf") },
                "--mode \"ebpf\": unknown; allowed is nftables, iptables, ipvs, none"
            ),
            (
                Self.problem { try Self.options(network: "ipip") },
                "--network \"ipip\": unknown; allowed is vxlan, host-gw, none"
            ),
            (
                Self.problem { try Self.options(mode: "ipvs", scheduler: "random") },
                "--ipvs-scheduler \"random\": unknown; allowed is rr, wrr, lc"
            ),
            (Self.problem { try Self.options(name: "") }, "--node-name is missing"),
            (Self.problem { try Self.options(name: "Node 1") }, "--node-name \"Node 1\": not a Node's name"),
            (Self.problem { try Self.options(metrics: "10249") }, "--metrics-bind-address \"10249\": not an address"),
            (Self.problem { try Self.options(health: "localhost:1") }, "--healthz-bind-address \"localhost:1\""),
            (Self.problem { try Self.options(level: "loud") }, "--log-level \"loud\": unknown; allowed is trace"),
            (Self.problem { try Self.options(server: nil) }, "--server: give --server URL or --kubeconfig FILE"),
            (Self.problem { try Self.options(kubeconfig: "f") }, "--server: give --server or --kubeconfig, not both"),
            (Self.problem { try Self.options(server: "h:1") }, "h:1: not an address"),
        ]
        for (problem, expected) in problems {
            #expect(problem.hasPrefix(expected), "\(problem)")
            #expect(!problem.contains("\n"))
        }
    }

    @Test(arguments: [
        ("a", true), ("node-1.example.com", true), ("-a", false), ("a.", false), ("a_b", false), ("a..b", false),
    ])
    func nodeNames(name: String, isGood: Bool) {
        #expect((Self.problem { try Self.options(name: name) } == "none") == isGood)
    }

    private static func withDetection(_ mode: String?, _ bridge: String? = nil, _ prefix: String? = nil) throws
        -> DaemonOptions
    {
        try DaemonOptions(
            nodeName: "n",
            kubeconfig: nil,
            server: "http://127.0.0.1:8080",
            detectLocalMode: mode,
            podBridgeInterface: bridge,
            podInterfaceNamePrefix: prefix
        )
    }

    @Test func podsAreToldAsKubeProxysOptionsSay() throws {
        #expect(try Self.withDetection(nil).contexts.detection == .clusterCIDR)
        #expect(try Self.withDetection("ClusterCIDR").contexts.detection == .clusterCIDR)
        #expect(try Self.withDetection("NodeCIDR").contexts.detection == .nodeCIDR)
        #expect(try Self.withDetection("BridgeInterface", "cni0").contexts.detection == .bridgeInterface("cni0"))
        let prefix = try Self.withDetection("InterfaceNamePrefix", nil, "veth").contexts.detection
        #expect(prefix == .interfaceNamePrefix("veth"))
        #expect(try Self.withDetection("None").contexts.detection == .none)
    }

    @Test(
        arguments: [
            ("clustercidr", nil, nil, "ClusterCIDR, NodeCIDR"), ("BridgeInterface", nil, nil, "--pod-bridge-interface"),
            ("BridgeInterface", "", nil, "--pod-bridge-interface"),
            ("InterfaceNamePrefix", nil, "a b", "not an interface"),
            ("BridgeInterface", "sixteen-letters-", nil, "at most 15"),
        ] as [(String, String?, String?, String)]
    )
    func badDetectionIsRefused(mode: String, bridge: String?, prefix: String?, hint: String) {
        let problem = Self.problem { try Self.withDetection(mode, bridge, prefix) }
        #expect(problem.contains(hint), "\(problem)")
        #expect(!problem.contains("\n"))
    }

    @Test func nodePortAddressesAreRangesOrPrimary() throws {
        func options(_ text: String?) throws -> DaemonOptions {
            try DaemonOptions(
                nodeName: "n",
                kubeconfig: nil,
                server: "http://127.0.0.1:8080",
                nodePortAddresses: text
            )
        }
        #expect(try options(nil).nodePortAddresses.isEmpty)
        let ranges = try options("10.0.0.0/8,192.168.0.0/16,fd00::/8")
        #expect(ranges.nodePortAddresses.count == 3)
        #expect(!ranges.takesNodePortsOnPrimaryAddress)
        let primary = try options("primary")
        #expect(primary.takesNodePortsOnPrimaryAddress)
        #expect(primary.nodePortAddresses.isEmpty)
        #expect(throws: NodeDaemonError.self) { try options("primary,10.0.0.0/8") }
    }
}
