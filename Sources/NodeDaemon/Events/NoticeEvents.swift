import ClusterModel
import ControlStoreClient
import NetworkTypes
import PolicyEnforcer
import ServicePlan
import ServiceProxy

/// Which Events the daemon writes, with kube-proxy's reasons where it has one for the same (reference/kube-proxy.md,
/// sections 9 and 10).
struct NoticeEvents: Sendable {
    let events: EventRecorder
    let caches: ObjectCaches
    let nodeName: String

    /// The own Node, with as much as is known of it.
    private var node: Node { caches.nodes.store[ObjectKey(name: nodeName)] ?? Node(name: nodeName) }

    private func service(_ key: ObjectKey) -> Service {
        caches.services.store[key] ?? Service(namespace: key.namespace, name: key.name)
    }

    /// Tells that the daemon began to work on this node.
    func tellOfStart(_ options: DaemonOptions) {
        let message =
            options.mode == .none
            ? "weftd serves no Services (mode none), network \(options.network.rawValue)"
            : "weftd serves Services in mode \(options.mode.rawValue), network \(options.network.rawValue)"
        events.record(.init(reason: "Starting", action: "StartKubeProxy", message: message), about: node)
    }

    /// Tells what the proxy has to tell.
    func tell(_ notice: ProxyNotice) {
        switch notice {
        case .driftMended(let family, let drift):
            let extent = drift.isRebuilt ? "written anew" : "\(drift.elementCount) entries mended"
            let message = "the \(family) rules of Services were changed by others (\(drift.cause)); \(extent)"
            events.record(
                .init(isWarning: true, reason: "ServiceRulesChanged", action: "Mend", message: message),
                about: node
            )
        case .skipped(let problem):
            guard problem.kind == .service else { return }
            events.record(
                .init(isWarning: true, reason: "PartSkipped", action: "Plan", message: "\(problem)"),
                about: service(problem.object)
            )
        }
    }

    /// Tells that somebody else changed the rules of NetworkPolicies.
    func tell(_ drift: PolicyDrift) {
        let extent = drift.report.outcome == .rebuilt ? "written anew" : "\(drift.report.elementCount) entries mended"
        let message = "the \(drift.family) rules of NetworkPolicies were changed by others (\(drift.cause)); \(extent)"
        events.record(
            .init(isWarning: true, reason: "PolicyRulesChanged", action: "Mend", message: message),
            about: node
        )
    }

    /// Tells that a Service's health check can't be served.
    func tellOfUnservedHealthCheck(_ check: ServiceHealthCheck, reason: String) {
        let message =
            "node \(nodeName) failed to start healthcheck \"\(check.service)\" on port \(check.port): \(reason)"
        events.record(
            .init(isWarning: true, reason: "FailedToStartServiceHealthcheck", action: "Listen", message: message),
            about: service(check.service)
        )
    }
}
