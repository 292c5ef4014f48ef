import ClusterModel
import Netlink
import NetworkTypes
import NodePlan
import RouteNetlink

/// A VXLAN tunnel between the nodes, with flannel's names and wire format.
///
/// All entries are static: forwarding goes on while nobody runs, and a restart finds everything as it should be.
final class VXLANNetwork: NodeNetworkBackend {
    let groups: [RouteMonitor.Group] = [
        .links, .neighbors, .ipv4Addresses, .ipv6Addresses, .ipv4Routes, .ipv6Routes,
    ]
    private let planner: VXLANPlanner
    private var devices: VXLANDevices
    private var connection: RouteConnection
    private var spec = VXLANSpec()

    /// Works over open connections.
    init(nodeName: String, devices: consuming VXLANDevices, connection: consuming RouteConnection) {
        planner = VXLANPlanner(nodeName: nodeName)
        self.devices = devices
        self.connection = connection
    }

    func plan(_ nodes: [Node]) -> (families: Set<IPFamily>, problems: [String]) {
        spec = planner.plan(nodes)
        return (spec.families, spec.problems.map(\.description))
    }

    func apply() throws(NetlinkError) -> NodeNetworkOutcome {
        var outcome = NodeNetworkOutcome()
        // While the own Node is not known, nothing that carries traffic is taken away.
        guard let wanted = spec.devices else { return outcome }
        let ours = try connection.routes(RouteFilter(protocol: .weftNodeNetwork, table: nil)).map(\.spec)
        for device in wanted {
            do {
                let made = try devices.ensure(device)
                note(made, of: device, &outcome)
                try fill(device, made.link.index, ours.filter { $0.destination.family == device.family }, &outcome)
            } catch let error as VXLANDevices.Obstacle {
                outcome.failures.append(error.text)
            } catch let error as NetlinkError where error.code == .kernel {
                outcome.failures.append("\(device.family) VXLAN network: \(error)")
            } catch let error as NetlinkError {
                throw error
            } catch {
                outcome.failures.append("\(device.family) VXLAN network: \(error)")
            }
        }
        try removeRest(ours, &outcome)
        return outcome
    }

    private func note(_ made: VXLANDevices.Result, of device: VXLANDevice, _ outcome: inout NodeNetworkOutcome) {
        outcome.changes += made.changes
        outcome.interest.links.formUnion([made.link.index, made.carrier])
        outcome.interest.devices.insert(made.link.index)
        outcome.interest.destinations.formUnion(device.peers.map(\.subnet))
        outcome.podMTU = min(outcome.podMTU ?? .max, made.link.mtu)
        let keys = [
            FlannelAnnotations.backendType, FlannelAnnotations.kubeSubnetManager,
            FlannelAnnotations.publicAddress(device.family),
        ]
        for key in keys { outcome.annotations[key] = spec.annotations[key] }
        outcome.annotations[FlannelAnnotations.backendData(device.family)] =
            FlannelAnnotations.data(identifier: VXLANDevice.identifier, mac: made.mac)
    }

    /// Makes a link know the other nodes.
    private func fill(
        _ device: VXLANDevice,
        _ link: UInt32,
        _ ours: [RouteSpec],
        _ outcome: inout NodeNetworkOutcome
    ) throws(NetlinkError) {
        var present = VXLANEntries.Present()
        present.neighbors = try connection.neighbors(family: device.family, link: link)
        present.forwarding = try connection.forwardingEntries(link: link)
        present.routes = ours
        let onLink = try connection.routes(RouteFilter(family: device.family, kind: .unicast, link: link))
        present.routes += onLink.map(\.spec).filter { $0.protocol != .weftNodeNetwork && $0.gateway != nil }
        let entries = VXLANEntries(wanted: device.peers, link: link, present: present)
        let batch = VXLANBatch(entries, peers: device.peers, link: link)
        let answer = try connection.outcome(of: batch.routes)
        for failure in answer.failures {
            if failure.alreadyExists {
                outcome.failures.append(try obstacle(to: failure, batch))
            } else if let line = batch.line(of: failure) {
                outcome.failures.append(line)
            }
        }
        if answer.isOverrun { outcome.failures.append("link \(device.name): the kernel's answers were lost") }
        batch.count(into: &outcome)
        outcome.routeCount += device.peers.count - batch.failedRoutes(among: answer.failures)
    }

    /// Routes of families that are not, or no longer, wanted, and their link.
    private func removeRest(_ ours: [RouteSpec], _ outcome: inout NodeNetworkOutcome) throws(NetlinkError) {
        let stale = ours.filter { !spec.families.contains($0.destination.family) }
        if !stale.isEmpty {
            let answer = try connection.outcome(of: RouteBatch(stale.map(NetlinkRequest.deleteRoute)))
            outcome.failures += answer.failures.filter { !$0.isNotFound }.map(\.description)
            outcome.removed += stale.count
        }
        for family in IPFamily.allCases where !spec.families.contains(family) {
            if try devices.remove(family, evenUnmarked: false) {
                outcome.changes.append("link \(VXLANDevice.name(family)) removed")
            }
        }
    }

    private func obstacle(to failure: NetlinkError, _ batch: VXLANBatch) throws(NetlinkError) -> String {
        guard let peer = batch.peer(of: failure) else { return "\(failure)" }
        let routes = try connection.routes(RouteFilter(family: peer.subnet.family)).map(\.spec)
        return ForeignRoute.obstacle(to: peer.subnet, of: peer.node, routes.first { $0.destination == peer.subnet })
    }
}
