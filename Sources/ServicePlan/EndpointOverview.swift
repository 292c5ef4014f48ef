/// What the endpoints of a Service port are like, before any policy: for people who ask why.
public struct EndpointOverview: Hashable, Sendable {
    /// A preference that all ready endpoints agree on, and that is in force.
    public enum Preference: Hashable, Sendable {
        /// Endpoints whose hints name this node.
        case node(String)
        /// Endpoints whose hints name this zone.
        case zone(String)
    }

    /// Ready ones.
    public var ready = 0
    /// Terminating ones that still serve: they are used when none is ready.
    public var fallback = 0
    /// Ones that are never used.
    public var unusable = 0
    /// Ready ones on this node.
    public var localReady = 0
    /// Terminating ones on this node that still serve.
    public var localFallback = 0
    /// Which of the ready ones policy Cluster is limited to; nil: all.
    public var preference: Preference?

    /// Makes an overview of no endpoints.
    public init() {}

    init(_ candidates: [EndpointCandidate], node: String, zone: String?) {
        let readyOnes = candidates.filter { $0.conditions.contains(.ready) }
        let fallbackOnes = candidates.filter(\.conditions.isFallback)
        ready = readyOnes.count
        fallback = fallbackOnes.count
        unusable = candidates.count - ready - fallback
        localReady = readyOnes.count(where: \.isLocal)
        localFallback = fallbackOnes.count(where: \.isLocal)
        guard !readyOnes.isEmpty else { return }
        switch Topology(readyOnes, node: node, zone: zone) {
        case .everywhere: break
        case .node(let name): preference = .node(name)
        case .zone(let name): preference = .zone(name)
        }
    }
}
