import BenchScenarios
import ClusterModel
import NetworkTypes
import ServicePlan
import ServiceProxyTesting

/// The cluster of ``KubeProxyGolden``, as a node's proxy sees it.
enum KubeProxyCluster {
    static func planner() -> ServicePlanner {
        let node = ServiceProxyObjects.node()
        var planner = ServicePlanner(node: node)
        for object in FeatureCluster(node: node.name).objects {
            planner.upsert(Service(unchecked: object.service))
            for slice in object.slices { planner.upsert(EndpointSlice(unchecked: slice)) }
        }
        return planner
    }
}
