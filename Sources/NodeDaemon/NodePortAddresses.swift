import ClusterModel
import ControlStoreClient
import NetworkTypes
import RouteNetlink
import ServicePlan
import ServiceProxy

/// The addresses of this machine that node ports are limited to.
struct NodePortAddresses: Sendable {
    private let configuration: ProxyConfiguration
    private let caches: ObjectCaches
    private let nodeName: String
    private let contexts: NodeContextSource

    init(configuration: ProxyConfiguration, caches: ObjectCaches, nodeName: String, _ contexts: NodeContextSource) {
        self.configuration = configuration
        self.caches = caches
        self.nodeName = nodeName
        self.contexts = contexts
    }

    /// The addresses of all interfaces, where ranges pick some of them; otherwise nothing depends on them.
    func ofInterfaces() -> [IPAddress] {
        guard !configuration.nodePortAddresses.isEmpty else { return [] }
        return (try? Self.read()) ?? []
    }

    /// Where the health check servers of a family listen.
    func listening(_ family: IPFamily) -> [IPAddress] {
        guard let node = caches.nodes.store[ObjectKey(name: nodeName)] else { return [.any(family)] }
        let context = contexts.context(of: node, interfaceAddresses: ofInterfaces())
        return configuration.nodePortAddresses(of: context, family) ?? [.any(family)]
    }

    private static func read() throws -> [IPAddress] {
        var connection = try RouteConnection.open()
        return try connection.addresses().map(\.prefix.address)
    }
}
