import ClusterTesting

/// Something that the demo proves with packets.
protocol DemoCheck: Sendable {
    /// What is proven, a few words.
    var what: String { get }
    /// Sends the packets and says what they showed.
    func run(in cluster: ThrowawayCluster) async throws -> Finding
}

/// The Services that the demo creates, by what they are for.
enum DemoService {
    /// All web pods, reachable at a NodePort too.
    static let web = "web"
    /// One pod alone, for paths to a known endpoint.
    static let single = "single"
    /// No pod matches it.
    static let empty = "empty"
    /// The label that all web pods carry.
    static let webSelector = ["app": "web"]
}
