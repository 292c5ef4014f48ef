import ClusterModel
import ControlStoreClient
import Logging
import ServiceLifecycle

/// The caches of the objects that a node needs.
struct ObjectCaches {
    let services: SharedInformer<ClusterModel.Service>
    let endpointSlices: SharedInformer<EndpointSlice>
    let nodes: SharedInformer<Node>

    /// Caches of everything that the proxy of this node looks at, as kube-proxy selects it.
    ///
    /// - Parameters:
    ///   - client: the store.
    ///   - nodeName: the own Node; of the others only the node network knows.
    ///   - allNodes: whether the other Nodes are needed.
    ///   - logger: for failures.
    init(client: StoreClient, nodeName: String, allNodes: Bool, logger: Logger) {
        services = SharedInformer(
            client: client,
            selection: Selection(labels: "!service.kubernetes.io/service-proxy-name"),
            logger: logger
        )
        endpointSlices = SharedInformer(
            client: client,
            selection: Selection(labels: "!service.kubernetes.io/headless"),
            logger: logger
        )
        nodes = SharedInformer(
            client: client,
            selection: Selection(fields: allNodes ? nil : "metadata.name=\(nodeName)"),
            logger: logger
        )
    }
}
