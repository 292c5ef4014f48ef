import NetworkTypes

/// An endpoint as its slice has it, before any policy.
struct EndpointCandidate: Hashable, Sendable {
    var endpoint: IPEndpoint
    var isLocal: Bool
    var conditions: EndpointConditions
    var hints: TopologyHints
    var weight = 1
}

/// The conditions of an endpoint, with the API's defaults applied.
struct EndpointConditions: OptionSet, Hashable, Sendable {
    let rawValue: UInt8
    static let ready = EndpointConditions(rawValue: 1)
    static let serving = EndpointConditions(rawValue: 2)
    static let terminating = EndpointConditions(rawValue: 4)

    /// Usable when nothing in the set is ready.
    var isFallback: Bool { !contains(.ready) && isSuperset(of: [.serving, .terminating]) }
}

/// The nodes and zones that an endpoint is meant for; empty: no such hint.
struct TopologyHints: Hashable, Sendable {
    var nodes: [String] = []
    var zones: [String] = []
}

/// Which endpoints of a Service port each policy may use (reference/kube-proxy.md, section 2).
struct EndpointCategories: Hashable, Sendable {
    /// The endpoints for policy Cluster, in the order given.
    var cluster: [PlanEndpoint] = []
    /// The endpoints for policy Local, in the order given.
    var local: [PlanEndpoint] = []
    /// Whether any endpoint of the cluster is usable at all.
    var hasAny = false

    init() {}

    /// Sorts endpoints by what they may be used for; a set that isn't used stays empty.
    init(_ candidates: [EndpointCandidate], usesCluster: Bool, usesLocal: Bool, node: String, zone: String?) {
        let ready = candidates.filter { $0.conditions.contains(.ready) }
        let fallback = candidates.filter(\.conditions.isFallback)
        hasAny = !ready.isEmpty || !fallback.isEmpty
        if usesCluster {
            let topology = Topology(ready, node: node, zone: zone)
            cluster = (ready.isEmpty ? fallback : ready.filter(topology.allows)).map(\.planned)
        }
        if usesLocal {
            let localReady = ready.filter(\.isLocal)
            local = (localReady.isEmpty ? fallback.filter(\.isLocal) : localReady).map(\.planned)
        }
    }
}

/// The preference that all ready endpoints of a Service agree on.
enum Topology: Hashable, Sendable {
    case everywhere
    case node(String)
    case zone(String)

    /// One endpoint without a hint, or no endpoint with ours, turns a preference off.
    init(_ ready: [EndpointCandidate], node: String, zone: String?) {
        self = .everywhere
        if ready.allSatisfy({ !$0.hints.nodes.isEmpty }), ready.contains(where: { $0.hints.nodes.contains(node) }) {
            self = .node(node)
        } else if let zone, !zone.isEmpty, ready.allSatisfy({ !$0.hints.zones.isEmpty }),
            ready.contains(where: { $0.hints.zones.contains(zone) })
        {
            self = .zone(zone)
        }
    }

    func allows(_ candidate: EndpointCandidate) -> Bool {
        switch self {
        case .everywhere: true
        case .node(let node): candidate.hints.nodes.contains(node)
        case .zone(let zone): candidate.hints.zones.contains(zone)
        }
    }
}

extension EndpointCandidate {
    fileprivate var planned: PlanEndpoint { PlanEndpoint(endpoint, isLocal: isLocal, weight: weight) }
}
