import NetworkTypes
import ServicePlan

/// The names of a Service port's chains, as kube-proxy makes them: a prefix and 16 letters of a hash.
struct ServiceChains: Hashable, Sendable {
    /// The kinds of chains that Service ports have; the names of all others are fixed.
    enum Prefix: String, CaseIterable {
        /// All usable endpoints.
        case service = "KUBE-SVC-"
        /// The endpoints on this node.
        case local = "KUBE-SVL-"
        /// Traffic from outside.
        case external = "KUBE-EXT-"
        /// Traffic from outside that source ranges restrict.
        case firewall = "KUBE-FW-"
        /// One endpoint.
        case endpoint = "KUBE-SEP-"
    }

    /// Whether a chain is of a Service port: its name says so.
    static func isServiceChain(_ name: String) -> Bool { Prefix.allCases.contains { name.hasPrefix($0.rawValue) } }

    private let hash: String
    /// What the hashes of endpoints begin with.
    private let stem: String

    init(_ identity: ServicePortIdentity) {
        stem = "\(identity)\(identity.transport.name)"
        hash = Self.hash(stem)
    }

    var service: String { Prefix.service.rawValue + hash }
    var local: String { Prefix.local.rawValue + hash }
    var external: String { Prefix.external.rawValue + hash }
    var firewall: String { Prefix.firewall.rawValue + hash }

    func endpoint(_ endpoint: IPEndpoint) -> String { self.endpoint("\(endpoint)") }

    /// The name of an endpoint's chain, by the endpoint's text.
    func endpoint(_ text: String) -> String { Prefix.endpoint.rawValue + Self.hash(stem + text) }

    private static func hash(_ text: String) -> String { Base32.prefix(SHA256.hash(text.utf8), count: 16) }
}
