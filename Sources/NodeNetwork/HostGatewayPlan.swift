import NetworkTypes
import NodePlan
import RouteNetlink

/// What must change so that the kernel holds the wanted routes and no stale one of ours.
struct HostGatewayPlan: Equatable {
    /// Wanted, and there is none of ours to that destination.
    var missing: [NodeRoute] = []
    /// Wanted, and there is one of ours to that destination that leads elsewhere.
    var wrong: [NodeRoute] = []
    /// Ours, and no longer wanted.
    var stale: [RouteSpec] = []
    /// There and right.
    var rightCount = 0

    /// Compares what is wanted with the routes of ours that the kernel has.
    init(wanted: [NodeRoute], present: [RouteSpec]) {
        var byDestination: [IPPrefix: [RouteSpec]] = [:]
        for route in present { byDestination[route.destination, default: []].append(route) }
        for route in wanted {
            let here = byDestination.removeValue(forKey: route.destination) ?? []
            let right = here.filter { $0.gateway == route.gateway && $0.kind == .unicast && $0.metric == nil }
            if !right.isEmpty {
                rightCount += 1
            } else if here.contains(where: { $0.metric == nil }) {
                wrong.append(route)
                continue
            } else {
                missing.append(route)
            }
            // Others of ours to the same place are left over from a route with another metric or a second next hop.
            stale += here.filter { !right.contains($0) }
        }
        stale += byDestination.values.flatMap { $0 }
        stale.sort { ($0.destination, $0.metric ?? 0) < ($1.destination, $1.metric ?? 0) }
    }
}
