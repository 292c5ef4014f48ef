import ClusterModel
public import CoreMetrics
import NetworkTypes

/// The metrics of policies.
public struct PolicyMetrics: Sendable {
    /// The help text of each metric, for whoever renders them.
    public static let helpTexts: [String: String] = [
        "weft_policy_sync_duration_seconds": "How long it took to compile changes and to write them to the kernel.",
        "weft_policy_sync_failures_total": "Writes that failed.",
        "weft_policy_drift_repairs_total": "How often rules that somebody else had changed were mended.",
        "weft_policy_elements_total": "Elements of sets and maps that were added or removed.",
        "weft_policy_cut_flows_total": "Established connections that were cut as policies no longer allow them.",
        "weft_policy_policies": "NetworkPolicies known.",
        "weft_policy_isolated_addresses": "Addresses of this node's pods that policies isolate.",
        "weft_policy_held_addresses": "Addresses that wait for their pods' rules.",
        "weft_policy_malformed_policies": "NetworkPolicies that can't be enforced as written; they allow nothing.",
        "weft_policy_programmed_generation": "The revision of the NetworkPolicies that the kernel follows.",
    ]

    private let factory: any MetricsFactory

    /// Records with a factory, such as `MetricsSystem.factory`.
    public init(factory: any MetricsFactory) { self.factory = factory }

    private func dimensions(_ family: IPFamily) -> [(String, String)] { [("ip_family", "\(family)")] }

    func synced(_ family: IPFamily, elements: Int, _ duration: Duration) {
        Timer(label: "weft_policy_sync_duration_seconds", dimensions: dimensions(family), factory: factory)
            .recordNanoseconds(
                duration.components.seconds * 1_000_000_000 + duration.components.attoseconds / 1_000_000_000
            )
        count("weft_policy_elements_total", family, elements)
    }

    func failed(_ family: IPFamily) { count("weft_policy_sync_failures_total", family, 1) }

    func driftMended(_ family: IPFamily) { count("weft_policy_drift_repairs_total", family, 1) }

    func cut(_ family: IPFamily, _ flows: Int) { count("weft_policy_cut_flows_total", family, flows) }

    func state(policies: Int, isolated: Int, malformed: Int) {
        gauge("weft_policy_policies", policies)
        gauge("weft_policy_isolated_addresses", isolated)
        gauge("weft_policy_malformed_policies", malformed)
    }

    func held(_ addresses: Int) { gauge("weft_policy_held_addresses", addresses) }

    func programmed(_ generation: Int) { gauge("weft_policy_programmed_generation", generation) }

    private func gauge(_ name: String, _ value: Int) { Gauge(label: name, factory: factory).record(value) }

    private func count(_ name: String, _ family: IPFamily, _ amount: Int) {
        Counter(label: name, dimensions: dimensions(family), factory: factory).increment(by: amount)
    }
}
