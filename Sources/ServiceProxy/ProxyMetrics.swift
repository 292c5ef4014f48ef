import ClusterModel
public import CoreMetrics
import NetworkTypes
import ServicePlan

/// The proxy's metrics, under kube-proxy's names, so that existing dashboards show them.
public struct ProxyMetrics: Sendable {
    /// The help text of each metric, for whoever renders them.
    public static let helpTexts: [String: String] = [
        "kubeproxy_sync_proxy_rules_duration_seconds": "How long it took to bring the kernel up to date.",
        "kubeproxy_sync_full_proxy_rules_duration_seconds": "The same, where everything was compared or written.",
        "kubeproxy_sync_partial_proxy_rules_duration_seconds": "The same, where only changes were written.",
        "kubeproxy_sync_proxy_rules_last_timestamp_seconds": "When the kernel was last brought up to date.",
        "kubeproxy_sync_proxy_rules_last_queued_timestamp_seconds": "When a change was last queued.",
        "kubeproxy_network_programming_duration_seconds":
            "From the change of a pod or Service to the kernel, by the slice's annotation.",
        "kubeproxy_sync_proxy_rules_endpoint_changes_pending": "Changes of endpoints that are not written yet.",
        "kubeproxy_sync_proxy_rules_endpoint_changes_total": "Changes of endpoints seen.",
        "kubeproxy_sync_proxy_rules_service_changes_pending": "Changes of Services that are not written yet.",
        "kubeproxy_sync_proxy_rules_service_changes_total": "Changes of Services seen.",
        "kubeproxy_sync_proxy_rules_no_local_endpoints_total":
            "Service ports with a policy Local and no endpoint on this node.",
        "kubeproxy_sync_proxy_rules_nftables_sync_failures_total": "Writes that failed.",
        "kubeproxy_sync_proxy_rules_nftables_cleanup_failures_total":
            "Always 0: what is not needed any more goes in the same transaction.",
        "kubeproxy_sync_proxy_rules_iptables_restore_failures_total": "Writes that failed.",
        "kubeproxy_sync_proxy_rules_iptables_partial_restore_failures_total":
            "Those of them that wrote only changes; everything is compared then.",
        "kubeproxy_sync_proxy_rules_iptables_total": "Rules of the proxy, by table.",
        "kubeproxy_sync_proxy_rules_iptables_last": "Rules that the last write had in it, by table.",
        "weft_service_proxy_ipvs_sync_failures_total": "Writes that failed.",
        "kubeproxy_conntrack_reconciler_sync_duration_seconds": "How long it took to look for stale flows.",
        "kubeproxy_conntrack_reconciler_deleted_entries_total": "Stale flows removed.",
        "weft_service_proxy_skipped_total": "Parts of objects that were left out, by kind.",
        "weft_service_proxy_foreign_changes_total": "Commits of others that touched tables of ours.",
        "weft_service_proxy_drift_repairs_total": "How often rules that others had changed were mended.",
        "weft_service_proxy_elements_total": "Elements of sets and maps that were added or removed.",
    ]

    /// The bounds of `kubeproxy_network_programming_duration_seconds`, in seconds.
    public static let networkProgrammingBuckets: [Double] =
        [0.25, 0.5] + (1...59).map(Double.init) + stride(from: 60.0, through: 115, by: 5)
        + stride(from: 120.0, through: 300, by: 30)

    private let factory: any MetricsFactory

    /// Records with a factory, such as `MetricsSystem.factory`.
    public init(factory: any MetricsFactory) { self.factory = factory }

    private func dimensions(_ family: IPFamily) -> [(String, String)] { [("ip_family", "\(family)")] }

    private func time(_ name: String, _ family: IPFamily, _ duration: Duration) {
        let timer = Timer(label: name, dimensions: dimensions(family), factory: factory)
        timer.recordNanoseconds(duration.nanoseconds)
    }

    private func gauge(_ name: String, _ dimensions: [(String, String)], _ value: some BinaryInteger) {
        Gauge(label: name, dimensions: dimensions, factory: factory).record(value)
    }

    private func count(_ name: String, _ dimensions: [(String, String)], _ amount: Int) {
        Counter(label: name, dimensions: dimensions, factory: factory).increment(by: amount)
    }

    func synced(_ family: IPFamily, isFull: Bool, elements: Int, _ duration: Duration, at now: Timestamp) {
        time("kubeproxy_sync_proxy_rules_duration_seconds", family, duration)
        time("kubeproxy_sync_\(isFull ? "full" : "partial")_proxy_rules_duration_seconds", family, duration)
        gauge("kubeproxy_sync_proxy_rules_last_timestamp_seconds", dimensions(family), now.seconds)
        count("weft_service_proxy_elements_total", dimensions(family), elements)
    }

    /// How many rules mode iptables has and wrote.
    func rules(_ family: IPFamily, _ counts: [RuleCount]) {
        for count in counts {
            let labels = dimensions(family) + [("table", count.table)]
            gauge("kubeproxy_sync_proxy_rules_iptables_total", labels, count.total)
            gauge("kubeproxy_sync_proxy_rules_iptables_last", labels, count.written)
        }
    }

    /// Makes the counters of a family visible before anything is counted, so that rates can be told from the start.
    func begin(_ family: IPFamily, mode: String) {
        var names = [
            Self.failures(mode), "kubeproxy_conntrack_reconciler_deleted_entries_total",
            "weft_service_proxy_foreign_changes_total", "weft_service_proxy_drift_repairs_total",
        ]
        if mode == "nftables" { names.append("kubeproxy_sync_proxy_rules_nftables_cleanup_failures_total") }
        if mode == "iptables" { names.append(Self.partialFailures) }
        for name in names { count(name, dimensions(family), 0) }
    }

    /// kube-proxy calls the same thing differently in each mode, and has none for ipvs.
    private static func failures(_ mode: String) -> String {
        switch mode {
        case "iptables": "kubeproxy_sync_proxy_rules_iptables_restore_failures_total"
        case "ipvs": "weft_service_proxy_ipvs_sync_failures_total"
        default: "kubeproxy_sync_proxy_rules_\(mode)_sync_failures_total"
        }
    }

    private static let partialFailures = "kubeproxy_sync_proxy_rules_iptables_partial_restore_failures_total"

    /// Counts a write that failed, of everything or of changes only.
    func failed(_ family: IPFamily, mode: String, isFull: Bool) {
        count(Self.failures(mode), dimensions(family), 1)
        if mode == "iptables", !isFull { count(Self.partialFailures, dimensions(family), 1) }
    }

    func foreignChange(_ family: IPFamily) {
        count("weft_service_proxy_foreign_changes_total", dimensions(family), 1)
    }

    func driftMended(_ family: IPFamily) { count("weft_service_proxy_drift_repairs_total", dimensions(family), 1) }

    func queued(_ family: IPFamily, at now: Timestamp) {
        gauge("kubeproxy_sync_proxy_rules_last_queued_timestamp_seconds", dimensions(family), now.seconds)
    }

    func programmed(_ family: IPFamily, _ duration: Duration) {
        time("kubeproxy_network_programming_duration_seconds", family, duration)
    }

    func taken(services: Int, endpoints: Int) {
        for (kind, number) in [("service", services), ("endpoint", endpoints)] {
            count("kubeproxy_sync_proxy_rules_\(kind)_changes_total", [], number)
            gauge("kubeproxy_sync_proxy_rules_\(kind)_changes_pending", [], number)
        }
    }

    func nothingPending() {
        for kind in ["service", "endpoint"] { gauge("kubeproxy_sync_proxy_rules_\(kind)_changes_pending", [], 0) }
    }

    func noLocalEndpoints(_ family: IPFamily, policy: String, _ number: Int) {
        gauge(
            "kubeproxy_sync_proxy_rules_no_local_endpoints_total",
            dimensions(family) + [("traffic_policy", policy)],
            number
        )
    }

    func skipped(_ problem: PlanProblem) {
        count("weft_service_proxy_skipped_total", [("kind", problem.kind.rawValue)], 1)
    }

    func cleanedFlows(_ family: IPFamily, _ removed: Int, _ duration: Duration) {
        time("kubeproxy_conntrack_reconciler_sync_duration_seconds", family, duration)
        count("kubeproxy_conntrack_reconciler_deleted_entries_total", dimensions(family), removed)
    }
}

extension Duration {
    /// The whole as nanoseconds; what does not fit is cut.
    fileprivate var nanoseconds: Int64 {
        let (seconds, overflow) = components.seconds.multipliedReportingOverflow(by: 1_000_000_000)
        return overflow ? .max : seconds &+ components.attoseconds / 1_000_000_000
    }
}
