import LinuxSystem
public import Netlink
public import NetworkTypes
public import NodePlan
public import RouteNetlink

/// What one sync of the routes did.
public struct RouteSyncOutcome: Hashable, Sendable {
    /// Routes that were made.
    public var added: [NodeRoute] = []
    /// Routes that led elsewhere before.
    public var replaced: [NodeRoute] = []
    /// Routes of ours that nothing wants any more.
    public var removed: [IPPrefix] = []
    /// Routes that were there already.
    public var unchangedCount = 0
    /// What could not be done, each naming the node and the address.
    public var failures: [String] = []
    /// The links that the routes go out by.
    public var links: Set<UInt32> = []

    /// Whether the kernel was changed.
    public var isChange: Bool { !added.isEmpty || !replaced.isEmpty || !removed.isEmpty }
}

/// The host-gw routes of one network namespace: those with our protocol number, and no others.
public struct HostGatewayRoutes: ~Copyable {
    private var connection: RouteConnection

    /// Works over an open connection.
    public init(_ connection: consuming RouteConnection) {
        self.connection = connection
    }

    /// Makes the kernel hold exactly the wanted routes among those that are ours.
    ///
    /// A route that can't be made is a failure of its own; the others are made all the same. Routes of others are never
    /// touched: where one of them stands in the way, that is a failure too.
    /// - Throws: when the kernel's routes can't be read.
    public mutating func sync(_ wanted: [NodeRoute]) throws(NetlinkError) -> RouteSyncOutcome {
        let present = try ours()
        let plan = HostGatewayPlan(wanted: wanted, present: present)
        var outcome = RouteSyncOutcome()
        outcome.unchangedCount = plan.rightCount
        outcome.links = Set(present.compactMap(\.link))
        try delete(plan.stale, &outcome)
        try make(plan.missing, replacing: false, &outcome)
        try make(plan.wrong, replacing: true, &outcome)
        return outcome
    }

    /// Removes every route of ours.
    ///
    /// - Returns: what was removed.
    /// - Throws: when the routes can't be read, or one can't be removed.
    public mutating func removeAll() throws(NetlinkError) -> [RouteSpec] {
        let present = try ours()
        try connection.commit(RouteBatch(present.map(NetlinkRequest.deleteRoute)))
        return present
    }

    private mutating func ours() throws(NetlinkError) -> [RouteSpec] {
        // Of any table: an older version might have used another.
        try connection.routes(RouteFilter(protocol: .weftNodeNetwork, table: nil)).map(\.spec)
    }

    private mutating func delete(_ stale: [RouteSpec], _ outcome: inout RouteSyncOutcome) throws(NetlinkError) {
        guard !stale.isEmpty else { return }
        let result = try connection.outcome(of: RouteBatch(stale.map(NetlinkRequest.deleteRoute)))
        // Gone in the meantime is as good.
        for failure in result.failures where !failure.isNotFound { outcome.failures.append("\(failure)") }
        outcome.removed = stale.map(\.destination)
    }

    private mutating func make(
        _ routes: [NodeRoute],
        replacing: Bool,
        _ outcome: inout RouteSyncOutcome
    ) throws(NetlinkError) {
        for route in routes {
            guard let link = try linkTowards(route, &outcome) else {
                // What is there leads to an address that the node no longer has.
                if replacing { try removeOld(route, &outcome) }
                continue
            }
            let spec = RouteSpec(
                route.destination,
                gateway: route.gateway,
                link: link,
                protocol: .weftNodeNetwork
            )
            do {
                if replacing { try connection.replaceRoute(spec) } else { try connection.addRoute(spec) }
            } catch  where error.alreadyExists {
                outcome.failures.append(try obstacle(to: route))
                continue
            } catch  where error.code == .kernel {
                outcome.failures.append("node \(route.node): \(error)")
                continue
            }
            outcome.links.insert(link)
            if replacing { outcome.replaced.append(route) } else { outcome.added.append(route) }
        }
    }

    private mutating func removeOld(_ route: NodeRoute, _ outcome: inout RouteSyncOutcome) throws(NetlinkError) {
        for spec in try ours() where spec.destination == route.destination {
            if try connection.deleteRoute(spec) { outcome.removed.append(spec.destination) }
        }
    }

    /// The link on which the gateway is a neighbour; otherwise a failure and `nil`.
    private mutating func linkTowards(
        _ route: NodeRoute,
        _ outcome: inout RouteSyncOutcome
    ) throws(NetlinkError) -> UInt32? {
        let found: Route?
        do {
            found = try connection.route(to: route.gateway)
        } catch  where error.code == .kernel {
            found = nil
        }
        let fault: String
        switch found?.spec {
        case let spec? where spec.kind == .local:
            fault = "is an address of this host"
        case let spec? where spec.gateway == nil && spec.kind == .unicast && spec.link != nil:
            return spec.link
        case let spec? where spec.gateway != nil:
            fault = "is behind the router \(spec.gateway.map { "\($0)" } ?? ""), not on a network of this host"
        default:
            fault = "is on no network of this host"
        }
        outcome.failures.append(
            "node \(route.node): its address \(route.gateway) \(fault); host-gw needs all nodes on one network"
        )
        return nil
    }

    private mutating func obstacle(to route: NodeRoute) throws(NetlinkError) -> String {
        let filter = RouteFilter(family: route.destination.family)
        let other = try connection.routes(filter).first { $0.destination == route.destination }?.spec
        return ForeignRoute.obstacle(to: route.destination, of: route.node, other)
    }
}

/// Routes that are not ours, which we never touch.
enum ForeignRoute {
    /// The line that says which one stands in the way of a route to a node's pods.
    static func obstacle(to range: IPPrefix, of node: String, _ other: RouteSpec?) -> String {
        let maker = other.map { ": \($0), made by protocol \($0.protocol)" } ?? ""
        return "node \(node): another route to \(range) is in the way\(maker); remove it if it is stale"
    }
}
