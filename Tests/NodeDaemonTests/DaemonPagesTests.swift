import ClusterModel
import CoreMetrics
import HTTPTypes
import JSONTree
import Logging
import NetworkTypes
import PrometheusText
import ServicePlan
import ServiceProxy
import Testing

@testable import NodeDaemon

struct DaemonPagesTests {
    private static func pages(healthy: Bool) throws -> DaemonPages {
        var options = try DaemonOptions(
            nodeName: "n1",
            kubeconfig: nil,
            server: "http://127.0.0.1:1",
            clusterCIDR: "10.244.0.0/16",
            nodePortAddresses: "192.0.2.0/24"
        )
        options.proxy.takesNodePortsOnLoopback = true
        return DaemonPages(registry: DaemonPages.makeRegistry(), options: options) {
            HealthReport(
                proxy: ProxyHealth(
                    families: [.ipv4: .init(lastUpdated: healthy ? .now() : nil)],
                    timeout: .seconds(60),
                    isSynced: healthy
                ),
                hasRoutes: true,
                isNodeEligible: true,
                now: .now()
            )
        }
    }

    @Test(arguments: [(true, 200), (false, 503)])
    func healthIsAnsweredWithItsCodeAndCounted(healthy: Bool, code: Int) async throws {
        let pages = try Self.pages(healthy: healthy)
        let page = try #require(await pages.health["/healthz"]?())
        #expect(page.status.code == code)
        #expect(page.contentType == "application/json")
        _ = await pages.health["/livez"]?()
        let metrics = try #require(await pages.metrics["/metrics"]?()).text
        #expect(metrics.contains("kubeproxy_proxy_healthz_total{code=\"\(code)\"} 1\n"))
        #expect(metrics.contains("kubeproxy_proxy_livez_total{code=\"200\"} 1\n"))
        #expect(metrics.contains("\nprocess_resident_memory_bytes "))
        let version = KubernetesVersion.full
        #expect(metrics.contains("kubernetes_build_info{") && metrics.contains("git_version=\"\(version)\""))
    }

    @Test func kubeProxysPagesAreThere() async throws {
        let pages = try Self.pages(healthy: true)
        #expect(await pages.metrics["/healthz"]?().text == "ok")
        #expect(await pages.metrics["/proxyMode"]?().text == "nftables")
        #expect(Set(pages.health.keys) == ["/healthz", "/livez"])
        let configz = try JSONValue(parsing: try #require(await pages.metrics["/configz"]?()).text)
        let configuration = try #require(configz["kubeproxy.config.k8s.io"])
        #expect(configuration["mode"] == "nftables" && configuration["hostnameOverride"] == "n1")
        #expect(configuration["clusterCIDR"] == "10.244.0.0/16")
        #expect(configuration["nodePortAddresses"] == ["192.0.2.0/24"])
        #expect(configuration[path: "iptables", "localhostNodePorts"] == true)
        let status = try #require(await pages.metrics["/statusz"]?()).text
        #expect(status.contains("Mode: nftables\n") && status.contains("Node: n1\n"))
    }

    @Test func programmingLatencyHasKubeProxysBuckets() {
        let registry = DaemonPages.makeRegistry()
        registry.makeTimer(label: "kubeproxy_network_programming_duration_seconds", dimensions: [])
            .recordNanoseconds(400_000_000)
        let text = registry.render()
        for bucket in ["le=\"0.25\"} 0", "le=\"0.5\"} 1", "le=\"59\"} 1", "le=\"115\"} 1", "le=\"300\"} 1"] {
            #expect(text.contains("kubeproxy_network_programming_duration_seconds_bucket{\(bucket)\n"))
        }
    }

    private final class RefusingBackend: ProxyBackend {
        struct Refusal: Error {}

        let family = IPFamily.ipv4
        let mode: String

        init(_ mode: String) { self.mode = mode }

        func replaceAll(with specs: [ServicePortSpec], node: NodeContext) throws -> ProxyReport { throw Refusal() }
        func apply(_ changes: [PlanChange]) throws -> ProxyReport { throw Refusal() }
    }

    @Test(arguments: [
        ("nftables", "kubeproxy_sync_proxy_rules_nftables_sync_failures_total"),
        ("iptables", "kubeproxy_sync_proxy_rules_iptables_restore_failures_total"),
        ("ipvs", "weft_service_proxy_ipvs_sync_failures_total"),
    ])
    func failuresHaveTheNameThatTheModeHasAndBeginAtZero(mode: String, name: String) async {
        let registry = DaemonPages.makeRegistry()
        let proxy = ServiceProxyReconciler(
            node: NodeContext(name: "n"),
            backends: [RefusingBackend(mode)],
            inputs: [],
            metrics: registry,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
        #expect(registry.render().contains("\(name){ip_family=\"IPv4\"} 0\n"))
        #expect(registry.render().contains("weft_service_proxy_drift_repairs_total{ip_family=\"IPv4\"} 0\n"))
        #expect(await proxy.syncOnce() == false)
        #expect(registry.render().contains("\(name){ip_family=\"IPv4\"} 1\n"))
        // Every metric that is shown is explained.
        let shown = registry.render().split(separator: "\n").filter { $0.hasPrefix("# HELP ") }
        #expect(shown.allSatisfy { $0.split(separator: " ").count > 3 })
    }

    /// A backend of mode iptables that takes everything at first, and refuses changes.
    private final class CountingBackend: ProxyBackend {
        let family = IPFamily.ipv6
        let mode = "iptables"

        func replaceAll(with specs: [ServicePortSpec], node: NodeContext) throws -> ProxyReport {
            ProxyReport(
                outcome: .changed,
                ruleCounts: [
                    RuleCount(table: "filter", total: 9, written: 2), RuleCount(table: "nat", total: 70, written: 0),
                ]
            )
        }

        func apply(_ changes: [PlanChange]) throws -> ProxyReport { throw RefusingBackend.Refusal() }
    }

    @Test func rulesOfModeIPTablesAreCountedUnderKubeProxysNames() async {
        let registry = DaemonPages.makeRegistry()
        let proxy = ServiceProxyReconciler(
            node: NodeContext(name: "n"),
            backends: [CountingBackend()],
            inputs: [],
            metrics: registry,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
        let partial = "kubeproxy_sync_proxy_rules_iptables_partial_restore_failures_total{ip_family=\"IPv6\"}"
        let all = "kubeproxy_sync_proxy_rules_iptables_restore_failures_total{ip_family=\"IPv6\"}"
        #expect(registry.render().contains("\(partial) 0\n"))
        #expect(await proxy.syncOnce())
        for (name, table, number) in [
            ("total", "filter", 9), ("total", "nat", 70), ("last", "filter", 2), ("last", "nat", 0),
        ] {
            let labels = "{ip_family=\"IPv6\",table=\"\(table)\"}"
            #expect(registry.render().contains("kubeproxy_sync_proxy_rules_iptables_\(name)\(labels) \(number)\n"))
        }
        await proxy.upsert(
            Service(
                unchecked: [
                    "metadata": ["namespace": "a", "name": "b"],
                    "spec": ["clusterIPs": ["fd96::1"], "ports": [["port": 80, "protocol": "TCP"]]],
                ]
            )
        )
        #expect(await proxy.syncOnce() == false)
        #expect(registry.render().contains("\(partial) 1\n"))
        #expect(registry.render().contains("\(all) 1\n"))
        let shown = registry.render().split(separator: "\n").filter { $0.hasPrefix("# HELP ") }
        #expect(shown.allSatisfy { $0.split(separator: " ").count > 3 })
    }
}
