import CoreMetrics

/// What a reconciler counts.
struct NodeNetworkMetrics: Sendable {
    let duration: CoreMetrics.Timer
    let failures: Counter
    let publishFailures: Counter
    let routes: Gauge
    let problems: Gauge

    init(factory: any MetricsFactory) {
        duration = CoreMetrics.Timer(label: "weft_node_network_sync_duration_seconds", factory: factory)
        failures = Counter(label: "weft_node_network_sync_failures_total", factory: factory)
        publishFailures = Counter(label: "weft_node_network_publish_failures_total", factory: factory)
        routes = Gauge(label: "weft_node_network_routes", factory: factory)
        problems = Gauge(label: "weft_node_network_problems", factory: factory)
    }
}

extension NodeNetworkReconciler {
    /// The help text of each metric, for whoever renders them.
    public static let metricHelpTexts: [String: String] = [
        "weft_node_network_sync_duration_seconds": "How long it took to bring the routes to other nodes up to date.",
        "weft_node_network_sync_failures_total": "Syncs in which a route, or what it needs, could not be made.",
        "weft_node_network_publish_failures_total": "Failed attempts to write this node's annotations for the others.",
        "weft_node_network_routes": "Routes to other nodes' pods that are in the kernel.",
        "weft_node_network_problems": "What stands between this node's pods and others at present.",
    ]
}
