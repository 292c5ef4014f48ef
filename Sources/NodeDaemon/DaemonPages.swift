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
    let mode: ProxyMode
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

    /// `/metrics`, `/healthz`, `/proxyMode`.
    var metrics: [String: @Sendable () async -> Page] {
        [
            "/healthz": { Page(text: "ok") },
            "/proxyMode": { Page(text: mode.rawValue) },
            "/metrics": {
                Page(contentType: PrometheusRegistry.contentType, text: registry.render(ProcessMetrics.samples()))
            },
        ]
    }

    private func page(_ isGood: Bool, _ body: String, counter: String) -> Page {
        let code = isGood ? "200" : "503"
        Counter(label: counter, dimensions: [("code", code)], factory: registry).increment()
        return Page(status: isGood ? .ok : .serviceUnavailable, contentType: "application/json", text: body)
    }
}
