import ClusterModel
import ControlStoreClient
import Logging
import NetworkTypes
import NodeNetwork
import ServicePlan
import ServiceProxy

/// Hands the objects of the caches on to the proxy and the node network.
struct ObjectFeed: Sendable {
    let caches: ObjectCaches
    let proxy: ServiceProxyReconciler
    /// Whether Services and EndpointSlices are watched at all.
    let servesServices: Bool
    let network: NodeNetworkReconciler?
    let nodeName: String
    let contexts: NodeContextSource
    /// The addresses of this machine's interfaces, if node ports depend on them.
    let interfaceAddresses: @Sendable () -> [IPAddress]
    /// Opened when the own Node is there for the first time.
    let ownNodeKnown = Gate()
    let logger: Logger

    /// Adds the handlers; to be called before the caches run.
    func connect() {
        caches.services.addBatchHandler { [proxy] events in await proxy.take(events.map(\.change)) }
        caches.endpointSlices.addBatchHandler { [proxy] events in await proxy.take(events.map(\.change)) }
        caches.nodes.addHandler { event in await take(event) }
    }

    /// The context of a Node that is gone stays: its pods and Services are still there.
    private func take(_ event: InformerEvent<Node>) async {
        switch event {
        case .added(let node, _), .updated(_, let node):
            if node.name == nodeName {
                await proxy.update(node: contexts.context(of: node, interfaceAddresses: interfaceAddresses()))
                ownNodeKnown.open()
            }
        case .deleted(let node):
            if node.name == nodeName {
                logger.warning("this node's Node was deleted", metadata: ["node": "\(nodeName)"])
            }
        }
        network?.nodesChanged()
    }

    /// Tells the proxy as soon as the caches are filled, and says it while the own Node is missing.
    func tellWhenFilled() async throws {
        if servesServices {
            try await caches.services.waitUntilSynced()
            await proxy.markSynced(.services)
            try await caches.endpointSlices.waitUntilSynced()
            await proxy.markSynced(.endpointSlices)
        }
        try await caches.nodes.waitUntilSynced()
        logger.info(
            "caches filled",
            metadata: [
                "services": "\(caches.services.store.count)", "endpointslices": "\(caches.endpointSlices.store.count)",
                "nodes": "\(caches.nodes.store.count)",
            ]
        )
        var wait = Duration.seconds(1)
        while caches.nodes.store[ObjectKey(name: nodeName)] == nil {
            logger.warning(
                "there is no Node of this name yet; nothing is written until it is registered",
                metadata: ["node": "\(nodeName)", "retry-in": "\(wait.brief)"]
            )
            try await Task.sleep(for: wait)
            wait = min(wait * 2, .seconds(30))
        }
    }
}

extension InformerEvent where Object: APIObject {
    /// As the proxy takes it.
    fileprivate var change: ObjectChange<Object> {
        switch self {
        case .added(let object, _), .updated(_, let object): .present(object)
        case .deleted(let object): .gone(object.key)
        }
    }
}
