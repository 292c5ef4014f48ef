import KubeProxyConfiguration
import LinuxSystem
import Logging
import NetworkTypes
import ServicePlan
import ServiceProxy
import Testing

@testable import NodeDaemon

struct DaemonArgumentsTests {
    private static let header = "apiVersion: kubeproxy.config.k8s.io/v1alpha1\nkind: KubeProxyConfiguration\n"

    /// A command line with a configuration file that holds `text`.
    private func with<Result>(
        _ text: String,
        _ label: String = #function,
        _ body: (inout DaemonArguments) throws -> Result
    ) throws -> Result {
        let path = "/tmp/weft-\(label.prefix { $0 != "(" })-\(UInt32.random(in: 0 ... .max)).yaml"
        try File.write((Self.header + text).utf8, to: path)
        defer { _ = try? File.remove(path) }
        var arguments = DaemonArguments()
        arguments.config = path
        arguments.server = "http://127.0.0.1:8080"
        return try body(&arguments)
    }

    private func problem(_ body: () throws -> Void) -> String {
        do {
            try body()
            return "none"
        } catch {
            return "\(error)"
        }
    }

    @Test func aFileMeansWhatItMeansToKubeProxy() throws {
        let options = try with("clusterCIDR: 10.244.0.0/16\nhostnameOverride: Node-7\n") { try $0.options() }
        // Its mode is iptables unless it says otherwise.
        #expect(options.mode == .iptables)
        #expect(options.nodeName == "node-7")
        #expect(options.clusterCIDRs.map(\.description) == ["10.244.0.0/16"])
        #expect(options.metricsAddress?.description == "127.0.0.1:10249")
        #expect(options.oomScoreAdjustment == -999)
        #expect(options.nodePortAddresses.isEmpty && !options.takesNodePortsOnPrimaryAddress)
        #expect(options.warnings.isEmpty)
        let other = try with("mode: nftables") { try $0.options() }
        #expect(other.mode == .nftables)
        #expect(other.takesNodePortsOnPrimaryAddress)
        let host = try Sysctl.read("kernel.hostname").lowercased()
        #expect(other.nodeName == host)
    }

    @Test func whatIsHonouredReachesItsPlace() throws {
        let text = """
            mode: ipvs
            bindAddress: 192.0.2.7
            iptables: {masqueradeBit: 20, masqueradeAll: true, syncPeriod: 99s}
            ipvs: {scheduler: sh, strictARP: true, excludeCIDRs: [10.9.0.0/16], tcpTimeout: 1m, udpTimeout: 5s,
              syncPeriod: 20s, minSyncPeriod: 2s}
            conntrack: {maxPerCore: 7, min: 8, tcpEstablishedTimeout: 1h, tcpCloseWaitTimeout: 2m, tcpBeLiberal: true,
              udpTimeout: 9s, udpStreamTimeout: 10s}
            detectLocalMode: InterfaceNamePrefix
            detectLocal: {interfaceNamePrefix: veth}
            nodePortAddresses: [192.0.2.0/24]
            oomScoreAdj: -5
            healthzBindAddress: 127.0.0.1:1
            metricsBindAddress: "[::1]:2"
            logging: {verbosity: 4}
            """
        let options = try with(text) { try $0.options() }
        #expect(options.mode == .ipvs)
        #expect(options.proxy.masqueradeMark == 1 << 20)
        #expect(options.contexts.masqueradeAll)
        #expect(options.contexts.nodeAddress == IPAddress("192.0.2.7"))
        #expect(options.contexts.detection == .interfaceNamePrefix("veth"))
        #expect(options.proxy.ipvsScheduler == "sh")
        #expect(options.proxy.ipvsStrictARP)
        #expect(options.proxy.ipvsExcludedRanges.map(\.description) == ["10.9.0.0/16"])
        #expect(options.proxy.ipvsTimeouts == .init(tcp: .seconds(60), udp: .seconds(5)))
        #expect(options.proxy.minimumSyncInterval == .seconds(2))
        #expect(options.proxy.maximumRetryDelay == .seconds(20))
        #expect(options.proxy.healthTimeout == .seconds(40))
        #expect(options.nodePortAddresses.map(\.description) == ["192.0.2.0/24"])
        let settings = Dictionary(uniqueKeysWithValues: options.tuning.settings(cores: 2).map { ($0.name, $0.value) })
        let prefix = "net.netfilter.nf_conntrack_"
        #expect(settings["\(prefix)max"] == 14)
        #expect(settings["\(prefix)tcp_timeout_established"] == 3600)
        #expect(settings["\(prefix)tcp_timeout_close_wait"] == 120)
        #expect(settings["\(prefix)udp_timeout"] == 9)
        #expect(settings["\(prefix)udp_timeout_stream"] == 10)
        #expect(settings["\(prefix)tcp_be_liberal"] == 1)
        #expect(options.oomScoreAdjustment == -5)
        #expect(options.healthAddress?.description == "127.0.0.1:1")
        #expect(options.metricsAddress?.description == "[::1]:2")
        #expect(options.logLevel == .debug)
    }

    @Test func weftdsOwnOptionsWinAndKubeProxysFlagsDoNothingBesideAFile() throws {
        let options = try with(
            "mode: iptables\nhostnameOverride: a\nclusterCIDR: 10.0.0.0/8\nfeatureGates: {A: true}\n"
        ) {
            $0.mode = "nftables"
            $0.hostnameOverride = "b"
            $0.metricsBindAddress = ""
            $0.flags = ["cluster-cidr": "10.1.0.0/16", "v": "9"]
            return try $0.options()
        }
        #expect(options.mode == .nftables)
        #expect(options.nodeName == "b")
        #expect(options.metricsAddress == nil)
        #expect(options.clusterCIDRs.map(\.description) == ["10.0.0.0/8"])
        #expect(options.logLevel == .info)
        #expect(options.warnings.count == 2)
        #expect(options.warnings[0].hasSuffix(": accepted, but nothing depends on it here: featureGates"))
        #expect(options.warnings[1] == "these do nothing beside --config: --cluster-cidr, -v")
    }

    @Test func withoutAFileFlagsStandAlone() throws {
        var arguments = DaemonArguments()
        arguments.nodeName = "n"
        arguments.server = "http://127.0.0.1:8080"
        #expect(try arguments.options().mode == .nftables)
        arguments.flags = [
            "proxy-mode": "ipvs", "ipvs-scheduler": "mh", "masquerade-all": "true", "iptables-masquerade-bit": "9",
            "nodeport-addresses": "10.0.0.0/8,fd00::/8",
        ]
        let options = try arguments.options()
        #expect(options.mode == .ipvs)
        #expect(options.ipvsScheduler == "mh")
        #expect(options.contexts.masqueradeAll)
        #expect(options.proxy.masqueradeMark == 1 << 9)
        #expect(options.nodePortAddresses.count == 2)
        #expect(options.oomScoreAdjustment == nil)
        arguments.flags = ["cluster-cidr": "x"]
        #expect(problem { _ = try arguments.options() }.hasPrefix("--cluster-cidr \"x\" is no range"))
        arguments.flags = [:]
        arguments.nodeName = nil
        #expect(problem { _ = try arguments.options() }.hasPrefix("--node-name is missing"))
    }

    @Test func theKubeconfigOfTheFileIsUsedUnlessAnotherServerIsNamed() throws {
        let text = "clientConnection: {kubeconfig: /nowhere/kubeconfig}\nhostnameOverride: a\n"
        #expect(try with(text) { try $0.options() }.nodeName == "a")
        let told = try with(text) { arguments in
            arguments.server = nil
            return problem { _ = try arguments.options() }
        }
        #expect(told.contains("/nowhere/kubeconfig"), "\(told)")
    }

    @Test func whatIsWrongNamesTheFile() throws {
        let text = try with("ipvs: {shceduler: rr}") { arguments in
            (problem { _ = try arguments.options() }, arguments.config ?? "")
        }
        #expect(text.0 == "\(text.1):3: ipvs.shceduler: unknown field")
        var arguments = DaemonArguments()
        arguments.config = "/nowhere/file"
        #expect(problem { _ = try arguments.options() }.hasPrefix("--config /nowhere/file: "))
    }

    @Test func theWrittenFileMeansTheSame() throws {
        var arguments = DaemonArguments()
        arguments.nodeName = "n"
        arguments.mode = "nftables"
        arguments.flags = ["cluster-cidr": "10.0.0.0/8", "nodeport-addresses": "10.0.0.0/8"]
        let written = try KubeProxySettings(try arguments.configurationFile(), file: "f")
        #expect(written.mode == "nftables")
        #expect(written.hostnameOverride == "n")
        #expect(written.clusterCIDR == "10.0.0.0/8")
        #expect(written.nodePortAddresses == ["10.0.0.0/8"])
        #expect(written.conntrack.maxPerCore == 32_768)
        #expect(written == written.withDefaults())
    }

    @Test func aChangedFileEndsTheDaemon() async throws {
        let path = "/tmp/weft-changed-\(UInt32.random(in: 0 ... .max)).yaml"
        defer { _ = try? File.remove(path) }
        try File.write("a".utf8, to: path)
        let file = ConfigurationFile(path: path, text: "a", interval: .milliseconds(5))
        let end = Task { try await file.waitForChange() }
        try await Task.sleep(for: .milliseconds(50))
        _ = try File.remove(path)  // Gone is not changed: an editor may be at work.
        try await Task.sleep(for: .milliseconds(50))
        try File.write("b".utf8, to: path)
        await #expect(throws: NodeDaemonError.self) { try await end.value }
    }
}
