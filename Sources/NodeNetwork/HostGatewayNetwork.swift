import ClusterModel
import Netlink
import NetworkTypes
import NodePlan
import RouteNetlink

/// Routes through the other nodes' own addresses.
final class HostGatewayNetwork: NodeNetworkBackend {
    let groups: [RouteMonitor.Group] = [.links, .ipv4Addresses, .ipv6Addresses, .ipv4Routes, .ipv6Routes]
    private let planner: NodeRoutePlanner
    private var routes: HostGatewayRoutes
    private var devices: VXLANDevices
    private var spec = NodeRouteSpec()

    /// Works over open connections.
    init(nodeName: String, routes: consuming HostGatewayRoutes, devices: consuming VXLANDevices) {
        planner = NodeRoutePlanner(nodeName: nodeName)
        self.routes = routes
        self.devices = devices
    }

    func plan(_ nodes: [Node]) -> (families: Set<IPFamily>, problems: [String]) {
        spec = planner.plan(nodes)
        return (spec.families, spec.problems.map(\.description))
    }

    func apply() throws(NetlinkError) -> NodeNetworkOutcome {
        let done = try routes.sync(spec.routes)
        var outcome = NodeNetworkOutcome()
        outcome.added = done.added.count
        outcome.replaced = done.replaced.count
        outcome.removed = done.removed.count
        outcome.unchanged = done.unchangedCount
        outcome.routeCount = done.unchangedCount + done.added.count + done.replaced.count
        outcome.failures = done.failures
        outcome.interest.links = done.links
        outcome.interest.destinations = Set(spec.routes.map(\.destination))
        // Left over from VXLAN; the routes lead elsewhere by now.
        for family in IPFamily.allCases where try devices.remove(family, evenUnmarked: false) {
            outcome.changes.append("link \(VXLANDevice.name(family)) removed")
        }
        return outcome
    }
}
