import ClusterTesting
import NetworkTypes
import Testing

@testable import KubeProxyConfiguration

struct KubeProxySettingsTests {
    private static let header = "apiVersion: kubeproxy.config.k8s.io/v1alpha1\nkind: KubeProxyConfiguration\n"

    private static func problem(_ text: String, header: String = header) -> String {
        do {
            _ = try KubeProxySettings(header + text, file: "/etc/kp.yaml")
            return "none"
        } catch {
            return error.text
        }
    }

    @Test func aFileOfKubeadmIsTakenAsItIs() throws {
        let settings = try KubeProxySettings(KubeadmConfiguration.text, file: "f")
        #expect(settings.clusterCIDR == "10.244.0.0/16")
        #expect(settings.clientConnection.kubeconfig == "/var/lib/kube-proxy/kubeconfig.conf")
        #expect(settings.mode.isEmpty)
        #expect(settings.conntrack.maxPerCore == nil)
        #expect(settings.healthEndpoint.description == "0.0.0.0:10256")
        #expect(settings.metricsEndpoint.description == "127.0.0.1:10249")
        // Nothing of it is a wish that isn't fulfilled.
        #expect(settings.fieldsWithoutEffect.isEmpty)
    }

    @Test func everyFieldOfEverySectionIsRead() throws {
        let text = """
            featureGates: {A: true, B: false}
            clientConnection: {kubeconfig: /k, acceptContentTypes: a, contentType: b, qps: 7.5, burst: 9}
            logging: {format: json, flushFrequency: 7s, verbosity: 4, vmodule: [], options: {text: {splitStream: true}}}
            hostnameOverride: "node-7"
            bindAddress: fd00::7
            healthzBindAddress: 10.0.0.1
            metricsBindAddress: "[::]:9999"
            bindAddressHardFail: true
            enableProfiling: true
            showHiddenMetricsForVersion: "1.35"
            mode: ipvs
            iptables: {masqueradeBit: 3, masqueradeAll: true, localhostNodePorts: false, syncPeriod: 1m, minSyncPeriod: 2s}
            ipvs: {syncPeriod: 3s, minSyncPeriod: 1s, scheduler: mh, excludeCIDRs: [10.9.0.0/16], strictARP: true,
              tcpTimeout: 15m, tcpFinTimeout: 2m, udpTimeout: 300s}
            nftables: {masqueradeBit: 5, masqueradeAll: true, syncPeriod: 1h30m, minSyncPeriod: 500ms}
            detectLocalMode: BridgeInterface
            detectLocal: {bridgeInterface: cni0, interfaceNamePrefix: veth}
            clusterCIDR: 10.0.0.0/8,fd00::/48
            nodePortAddresses: [192.0.2.0/24, "fd00::/64"]
            oomScoreAdj: -500
            conntrack: {maxPerCore: 0, min: 5, tcpEstablishedTimeout: 1h, tcpCloseWaitTimeout: 0s, tcpBeLiberal: yes,
              udpTimeout: 10s, udpStreamTimeout: 20s}
            configSyncPeriod: 15m
            portRange: "1-2"
            winkernel: {networkName: n}
            windowsRunAsService: false
            """
        let settings = try KubeProxySettings(Self.header + text, file: "f")
        var expected = KubeProxySettings()
        expected.featureGates = ["A": true, "B": false]
        expected.clientConnection = .init(
            kubeconfig: "/k",
            acceptContentTypes: "a",
            contentType: "b",
            qps: 7.5,
            burst: 9
        )
        expected.logging.format = "json"
        expected.logging.flushFrequency = .seconds(7)
        expected.logging.verbosity = 4
        expected.logging.options.text.splitStream = true
        expected.hostnameOverride = "node-7"
        expected.bindAddress = "fd00::7"
        expected.healthzBindAddress = "10.0.0.1"
        expected.metricsBindAddress = "[::]:9999"
        (expected.bindAddressHardFail, expected.enableProfiling) = (true, true)
        expected.showHiddenMetricsForVersion = "1.35"
        expected.mode = "ipvs"
        expected.iptables = .init(
            masqueradeBit: 3,
            masqueradeAll: true,
            localhostNodePorts: false,
            syncPeriod: .seconds(60),
            minSyncPeriod: .seconds(2)
        )
        expected.ipvs = .init(
            syncPeriod: .seconds(3),
            minSyncPeriod: .seconds(1),
            scheduler: "mh",
            excludeCIDRs: ["10.9.0.0/16"],
            strictARP: true,
            tcpTimeout: .seconds(900),
            tcpFinTimeout: .seconds(120),
            udpTimeout: .seconds(300)
        )
        expected.nftables = .init(
            masqueradeBit: 5,
            masqueradeAll: true,
            syncPeriod: .seconds(5400),
            minSyncPeriod: .milliseconds(500)
        )
        expected.detectLocalMode = "BridgeInterface"
        expected.detectLocal = .init(bridgeInterface: "cni0", interfaceNamePrefix: "veth")
        expected.clusterCIDR = "10.0.0.0/8,fd00::/48"
        expected.nodePortAddresses = ["192.0.2.0/24", "fd00::/64"]
        expected.oomScoreAdj = -500
        expected.conntrack = .init(
            maxPerCore: 0,
            min: 5,
            tcpEstablishedTimeout: .seconds(3600),
            tcpCloseWaitTimeout: .zero,
            tcpBeLiberal: true,
            udpTimeout: .seconds(10),
            udpStreamTimeout: .seconds(20)
        )
        expected.configSyncPeriod = .seconds(900)
        expected.portRange = "1-2"
        expected.winkernel.networkName = "n"
        #expect(settings == expected)
        #expect(settings.healthEndpoint.description == "10.0.0.1:10256")
        #expect(settings.nodeAddress?.description == "fd00::7")
        #expect(
            settings.fieldsWithoutEffect == [
                "featureGates", "clientConnection.acceptContentTypes", "clientConnection.contentType",
                "clientConnection.qps", "clientConnection.burst", "logging.format", "logging.flushFrequency",
                "logging.options.text.splitStream", "enableProfiling", "showHiddenMetricsForVersion",
                "winkernel.networkName", "configSyncPeriod", "portRange",
            ]
        )
        // What is written is read as the same, and so are the defaults.
        #expect(try KubeProxySettings(settings.yaml, file: "f") == settings)
        let full = settings.withDefaults()
        #expect(try KubeProxySettings(full.yaml, file: "f") == full)
    }

    @Test func jsonIsTakenToo() throws {
        let text = """
            {
            \t"apiVersion": "kubeproxy.config.k8s.io/v1alpha1", "kind": "KubeProxyConfiguration",
            \t"mode": "nftables", "iptables": {"masqueradeBit": 7}, "nodePortAddresses": ["primary"]
            }
            """
        let settings = try KubeProxySettings(text, file: "f")
        #expect(settings.mode == "nftables")
        #expect(settings.iptables.masqueradeBit == 7)
        #expect(settings.nodePortAddresses == ["primary"])
    }

    @Test func defaultsAreKubeProxys() throws {
        let settings = KubeProxySettings().withDefaults()
        #expect(settings.mode == "iptables")
        #expect(settings.iptables.masqueradeBit == 14)
        #expect(settings.nftables.minSyncPeriod == .seconds(1))
        #expect(settings.oomScoreAdj == -999)
        #expect(settings.nodePortAddresses.isEmpty)
        #expect(settings.yaml.contains("\n  tcpEstablishedTimeout: 24h0m0s\n"))
        var nftables = KubeProxySettings()
        nftables.mode = "nftables"
        #expect(nftables.withDefaults().nodePortAddresses == ["primary"])
        var ipv6 = KubeProxySettings()
        ipv6.bindAddress = "::"
        #expect(ipv6.withDefaults().healthzBindAddress == "[::]:10256")
        #expect(ipv6.withDefaults().metricsBindAddress == "[::1]:10249")
    }

    @Test(arguments: [
        ("modes: ipvs", "/etc/kp.yaml:3: modes: unknown field"),
        ("clusterCidr: 10.0.0.0/8", "/etc/kp.yaml:3: clusterCidr: unknown field; clusterCIDR is one"),
        ("ipvs:\n  strictArp: true", "/etc/kp.yaml:4: ipvs.strictArp: unknown field; strictARP is one"),
        ("ipvs:\n  strictARP: 1", "/etc/kp.yaml:4: ipvs.strictARP: 1 is neither true nor false"),
        ("ipvs: rr", "/etc/kp.yaml:3: ipvs: rr is not a map of fields"),
        ("mode: kernelspace", "/etc/kp.yaml: mode: \"kernelspace\": unknown; allowed is iptables, ipvs, nftables"),
        ("ipvs: {scheduler: fair}", "/etc/kp.yaml: ipvs.scheduler: \"fair\": unknown; allowed is rr, wrr"),
        ("iptables: {syncPeriod: 30}", "/etc/kp.yaml:3: iptables.syncPeriod: 30 is not a duration"),
        ("iptables: {masqueradeBit: 32}", "/etc/kp.yaml: iptables.masqueradeBit: 32 is not from 0 to 31"),
        (
            "iptables: {masqueradeBit: 99999999999}",
            "/etc/kp.yaml:3: iptables.masqueradeBit: 99999999999 is not a whole"
        ),
        (
            "nftables: {syncPeriod: 1s, minSyncPeriod: 2s}",
            "/etc/kp.yaml: nftables.minSyncPeriod: longer than syncPeriod"
        ),
        ("showHiddenMetricsForVersion: 1.35", "/etc/kp.yaml:3: showHiddenMetricsForVersion: 1.35 is not a text"),
        ("nodePortAddresses: primary", "/etc/kp.yaml:3: nodePortAddresses: primary is not a list"),
        ("nodePortAddresses: [primary, 10.0.0.0/8]", "/etc/kp.yaml: nodePortAddresses: \"primary\" stands alone"),
        ("clusterCIDR: 10.0.0.0/8,10.1.0.0/16", "/etc/kp.yaml: clusterCIDR: \"10.0.0.0/8,10.1.0.0/16\" has more than"),
        ("clusterCIDR: 10.0.0.0", "/etc/kp.yaml: clusterCIDR: \"10.0.0.0\" is no range"),
        ("bindAddress: localhost", "/etc/kp.yaml: bindAddress: \"localhost\" is not an address"),
        ("healthzBindAddress: 'h:1'", "/etc/kp.yaml: healthzBindAddress: \"h:1\" is not an address with a port"),
        ("oomScoreAdj: -1001", "/etc/kp.yaml: oomScoreAdj: -1001 is not from -1000 to 1000"),
        ("detectLocalMode: BridgeInterface", "/etc/kp.yaml: detectLocal.bridgeInterface: \"\" is not an interface's"),
        ("ipvs: {tcpTimeout: -1s}", "/etc/kp.yaml: ipvs.tcpTimeout: less than nothing"),
        ("featureGates: {A: maybe}", "/etc/kp.yaml:3: featureGates: A: maybe is neither true nor false"),
        ("mode: ipvs\nmode: iptables", "/etc/kp.yaml: not YAML or JSON: "),
        ("mode: [", "/etc/kp.yaml: not YAML or JSON: "),
        ("---\nmode: ipvs", "/etc/kp.yaml: not YAML or JSON: "),
    ])
    func whatIsWrongIsNamedWithItsPlace(text: String, expected: String) {
        let problem = Self.problem(text)
        #expect(problem.hasPrefix(expected), "\(problem)")
        #expect(!problem.contains("\n"))
    }

    @Test func allThatIsWrongIsSaidAtOnce() {
        let problem = Self.problem("a: 1\nb: 2\nmode: x")
        #expect(problem.contains(":3: a: unknown field; "))
        #expect(problem.contains(":4: b: unknown field; "))
        #expect(problem.contains("mode: \"x\": unknown"))
    }

    @Test(arguments: [
        ("", "f: no KubeProxyConfiguration in it"), ("- a", "f: no KubeProxyConfiguration in it"),
        ("kind: KubeProxyConfiguration", "f: apiVersion is missing; it is kubeproxy.config.k8s.io/v1alpha1"),
        (
            "apiVersion: kubeproxy.config.k8s.io/v1alpha1\nkind: KubeletConfiguration",
            "f: kind KubeletConfiguration: unknown; it is KubeProxyConfiguration"
        ),
        (
            "apiVersion: kubeproxy.config.k8s.io/v1beta1\nkind: KubeProxyConfiguration",
            "f: apiVersion kubeproxy.config.k8s.io/v1beta1: unknown; it is kubeproxy.config.k8s.io/v1alpha1"
        ),
    ])
    func anotherFileIsRefused(text: String, expected: String) {
        #expect(throws: KubeProxySettingsError(expected)) { try KubeProxySettings(text, file: "f") }
    }

    @Test func flagsStandForFields() throws {
        let settings = try KubeProxySettings(flags: [
            "proxy-mode": "ipvs", "cluster-cidr": "10.0.0.0/8", "ipvs-exclude-cidrs": "10.1.0.0/16,10.2.0.0/16",
            "ipvs-strict-arp": "true", "conntrack-max-per-core": "0", "masquerade-all": "true",
            "iptables-sync-period": "45s", "feature-gates": "A=true,B=false", "v": "2", "profiling": "false",
        ])
        #expect(settings.mode == "ipvs")
        #expect(settings.clusterCIDR == "10.0.0.0/8")
        #expect(settings.excludedRanges.map(\.description) == ["10.1.0.0/16", "10.2.0.0/16"])
        #expect(settings.ipvs.strictARP)
        #expect(settings.conntrack.maxPerCore == 0)
        #expect(settings.iptables.masqueradeAll && settings.nftables.masqueradeAll)
        #expect(settings.iptables.syncPeriod == .seconds(45))
        #expect(settings.featureGates == ["A": true, "B": false])
        #expect(settings.logging.verbosity == 2)
    }

    @Test(arguments: [
        ("ipvs-scheduler", "fair", "--ipvs-scheduler \"fair\": unknown; allowed is rr"),
        ("oom-score-adj", "x", "--oom-score-adj: \"x\" is not a whole number"),
        ("masquerade-all", "2", "--masquerade-all: \"2\" is neither true nor false"),
        ("conntrack-udp-timeout", "5", "--conntrack-udp-timeout: \"5\" is not a duration"),
        ("v", "-1", "-v: -1 is not from 0"),
    ])
    func aWrongFlagIsNamed(name: String, text: String, expected: String) {
        do {
            _ = try KubeProxySettings(flags: [name: text])
            Issue.record("\(name) is taken")
        } catch {
            #expect(error.text.hasPrefix(expected), "\(error)")
        }
    }

    @Test func everyFlagHasAField() throws {
        // A value of another kind is a complaint about the value, an unknown field one about the field.
        for flag in KubeProxyFlag.all {
            do {
                _ = try KubeProxySettings(flags: [flag.name: "true"])
            } catch {
                #expect(!error.text.contains("unknown field"), "\(flag.name): \(error)")
            }
        }
        #expect(Set(KubeProxyFlag.all.map(\.name)).count == KubeProxyFlag.all.count)
    }

    @Test(arguments: [
        ("30s", Duration.seconds(30), "30s"), ("1h30m", .seconds(5400), "1h30m0s"), ("0", .zero, "0s"),
        ("1.5s", .milliseconds(1500), "1.500s"), ("250ms", .milliseconds(250), "250ms"),
        ("-1m", .seconds(-60), "-1m0s"), ("24h", .seconds(86_400), "24h0m0s"),
        ("15us", .microseconds(15), "15µs"), ("7ns", .nanoseconds(7), "7ns"),
    ])
    func durations(text: String, duration: Duration, written: String) {
        #expect(GoDuration.parse(text) == duration)
        #expect(GoDuration.text(duration) == written)
        #expect(GoDuration.parse(written) == duration)
    }

    @Test(arguments: ["", "30", "s", "1d", "1h-3m", "1 s", "1e3s", "--1s", "99999999999h", ".s", "1..2s"])
    func noDurations(text: String) { #expect(GoDuration.parse(text) == nil) }
}
