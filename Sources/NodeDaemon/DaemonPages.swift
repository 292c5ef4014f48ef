import ClusterModel
import CoreMetrics
import HTTPTypes
import NetworkTypes
import NodeNetwork
import PolicyEnforcer
import PrometheusText
import ServiceProxy

/// The pages of the health and the metrics address, as kube-proxy has them.
struct DaemonPages: Sendable {
    typealias Page = HTTPEndpoint.Page

    let registry: PrometheusRegistry
    let options: DaemonOptions
    /// When the process began.
    let start = Timestamp.now()
    /// Answers how things are now.
    let report: @Sendable () async -> HealthReport

    /// A registry that knows every metric's help and buckets.
    static func makeRegistry() -> PrometheusRegistry {
        var texts = ProxyMetrics.helpTexts.merging(NodeNetworkReconciler.metricHelpTexts) { $1 }
            .merging(PolicyMetrics.helpTexts) { $1 }
        texts["kubeproxy_proxy_healthz_total"] = "Answers of /healthz, by code."
        texts["kubeproxy_proxy_livez_total"] = "Answers of /livez, by code."
        var descriptions = texts.mapValues { MetricDescription(help: $0) }
        descriptions["kubeproxy_network_programming_duration_seconds"]?.buckets = ProxyMetrics.networkProgrammingBuckets
        return PrometheusRegistry(descriptions: descriptions)
    }

    /// `/healthz` and `/livez`.
    var health: [String: @Sendable () async -> Page] {
        [
            "/healthz": {
                let report = await report()
                return page(report.isReady, report.healthzBody, counter: "kubeproxy_proxy_healthz_total")
            },
            "/livez": {
                let report = await report()
                return page(report.isAlive, report.livezBody, counter: "kubeproxy_proxy_livez_total")
            },
        ]
    }

    /// `/metrics`, `/healthz`, `/proxyMode`, `/configz`, `/statusz`.
    var metrics: [String: @Sendable () async -> Page] {
        [
            "/healthz": { Page(text: "ok") },
            "/proxyMode": { Page(text: options.mode.rawValue) },
            "/configz": { Page(contentType: "application/json", text: ConfigurationPage.text(options)) },
            "/statusz": { Page(text: statusText(at: .now())) },
            "/metrics": {
                Page(contentType: PrometheusRegistry.contentType, text: registry.render(samples))
            },
        ]
    }

    /// What is read at the moment of the question.
    private var samples: [MetricSample] {
        ProcessMetrics.samples() + [Self.buildInfo] + (options.proxy.countsPackets ? ServiceCounterSamples.read() : [])
            + (options.mode == .iptables ? IPTablesCounterSamples.read(options.proxy) : [])
    }

    /// Dashboards tell a proxy's version by it.
    private static let buildInfo = MetricSample.gauge(
        "kubernetes_build_info",
        help: "Always 1; the version of Kubernetes whose proxy this one follows.",
        labels: [
            ("major", KubernetesVersion.major), ("minor", KubernetesVersion.minor),
            ("git_version", KubernetesVersion.full), ("git_commit", ""), ("git_tree_state", "clean"),
            ("build_date", ""), ("compiler", "swiftc"), ("go_version", ""), ("platform", platform),
        ],
        1
    )

    private static var platform: String {
        #if arch(arm64)
            "linux/arm64"
        #else
            "linux/amd64"
        #endif
    }

    /// For people: what runs here, since when, and where to look on.
    private func statusText(at now: Timestamp) -> String {
        """
        weftd statusz
        Warning: this page is for people; its form may change.

        Started: \(start)
        Up: \(now.duration(since: start).components.seconds) s
        Binary version: \(KubernetesVersion.full)
        Mode: \(options.mode.rawValue)
        Node: \(options.nodeName)
        Paths: /configz /healthz /metrics /proxyMode /statusz

        """
    }

    private func page(_ isGood: Bool, _ body: String, counter: String) -> Page {
        let code = isGood ? "200" : "503"
        Counter(label: counter, dimensions: [("code", code)], factory: registry).increment()
        return Page(status: isGood ? .ok : .serviceUnavailable, contentType: "application/json", text: body)
    }
}
