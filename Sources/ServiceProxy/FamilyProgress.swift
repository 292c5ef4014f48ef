import ClusterModel
import NetworkTypes
import ServicePlan

/// What was told since the last write.
struct PendingChanges {
    var services = 0
    var endpoints = 0
    /// When the changes began at their source, as slices' annotations say.
    var triggers: [Timestamp] = []

    /// The annotation that the endpoint slice controller writes.
    static let triggerAnnotation = "endpoints.kubernetes.io/last-change-trigger-time"

    /// Changes from before this process would show the time that it was away.
    private static let processStart = Timestamp.now()

    mutating func noteTrigger(of slice: EndpointSlice) {
        guard let text = slice.annotations[Self.triggerAnnotation], let time = Timestamp(text),
            time > Self.processStart
        else { return }
        triggers.append(time)
    }
}

/// How far one family's backend is.
struct FamilyProgress {
    var health = ProxyHealth.FamilyState()
    /// The backend must compare everything.
    var needsReplacement = true
    /// Why the backend is to compare everything, if it is not for the node's own sake.
    var suspicion: Suspicion?
    /// Before that, a suspicion has to wait.
    var nextComparison = ContinuousClock.now
    /// What the backend has not taken yet, by port; the last word counts.
    var waiting: [ServicePortIdentity: PlanChange] = [:]
    var triggers: [Timestamp] = []
    var healthChecks = HealthCheckTable()
    /// The ports that lack a local endpoint that a policy wants, by policy.
    var withoutLocal: [String: Set<ServicePortIdentity>] = [:]

    var orderedWaiting: [PlanChange] { waiting.values.sorted { $0.identity < $1.identity } }

    var withoutLocalCounts: [(String, Int)] {
        ["internal", "external"].map { ($0, withoutLocal[$0]?.count ?? 0) }
    }

    mutating func take(_ changes: [PlanChange], of family: IPFamily, _ newTriggers: [Timestamp]) {
        // Before the first write nothing is there that a change could be a change of.
        if health.lastUpdated != nil {
            for change in changes where change.family == family { waiting[change.identity] = change }
        }
        triggers += newTriggers
    }

    mutating func noteLocalEndpoints(_ specs: [ServicePortSpec], gone: [ServicePortIdentity]) {
        for policy in ["internal", "external"] {
            for identity in gone { withoutLocal[policy]?.remove(identity) }
            for spec in specs {
                if spec.lacksLocalEndpoint(policy) {
                    withoutLocal[policy, default: []].insert(spec.identity)
                } else {
                    withoutLocal[policy]?.remove(spec.identity)
                }
            }
        }
    }
}

extension ServicePortSpec {
    /// Whether there are endpoints, but none for clients under a policy Local.
    fileprivate func lacksLocalEndpoint(_ policy: String) -> Bool {
        frontends.contains { frontend in
            policy == "internal"
                ? frontend.treatment == .drop : frontend.treatment == .externalLocal && localEndpoints.isEmpty
        }
    }
}

extension NodeContext {
    /// Whether the rules themselves, and not only the Services' elements, may differ.
    func changesRules(since before: NodeContext) -> Bool {
        localDetector != before.localDetector || addresses != before.addresses
            || interfaceAddresses != before.interfaceAddresses
    }
}
