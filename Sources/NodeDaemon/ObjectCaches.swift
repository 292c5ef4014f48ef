import ClusterModel
import ControlStoreClient
import JSONTree
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
            keeping: Self.version,
            logger: logger
        )
        endpointSlices = SharedInformer(
            client: client,
            selection: Selection(labels: "!service.kubernetes.io/headless"),
            keeping: Self.version,
            logger: logger
        )
        nodes = SharedInformer(
            client: client,
            selection: Selection(fields: allNodes ? nil : "metadata.name=\(nodeName)"),
            logger: logger
        )
    }

    /// Which object it is, in which version, enough for an Event about it: the proxy keeps by itself what it needs of
    /// Services and EndpointSlices, which is a tenth of what they take in memory.
    private static func version<Object: APIObject>(_ object: Object) -> Object {
        Object(unchecked: [
            "metadata": [
                "namespace": .string(object.namespace), "name": .string(object.name),
                "uid": .string(object.uid), "resourceVersion": .string(object.resourceVersion),
            ]
        ])
    }
}
