import LinuxSystem
import Netlink
import NetworkTypes
import RouteNetlink

extension AttachmentBackend {
    /// Makes the veth pair.
    ///
    /// One request puts the one end on the bridge, raised, and the other into the container's namespace under its final
    /// name. It is raised there, see `configurePod`.
    ///
    /// - Returns: the end on the bridge.
    /// - Throws: code 103 when either end's name is taken.
    mutating func createPair(
        _ spec: AttachmentSpec,
        bridge: Link,
        pod: NetworkNamespace
    ) throws(CNIError) -> Link {
        let mtu = spec.mtu.map { UInt32($0) }
        let peer = VethPeer(name: spec.podEnd.name, namespace: pod, mac: spec.podEnd.mac, mtu: mtu)
        let link = LinkSpec(
            name: spec.hostEnd.name,
            kind: .veth(peer: peer),
            mtu: mtu,
            master: bridge.index,
            isUp: true
        )
        do throws(NetlinkError) {
            let outcome = try host.outcome(of: RouteBatch([.createLink(link), .getLink(.name(link.name))]))
            if let failure = outcome.failures.first(where: { $0.operation == "create link" }) {
                guard failure.alreadyExists else { throw failure }
                throw try alreadyAttached(spec, failure)
            }
            guard let reply = outcome.replies.first else {
                throw NetlinkError(
                    .kernel,
                    errno: .noSuchDevice,
                    operation: "create link",
                    object: link.description,
                    text: "it was removed by someone else right away"
                )
            }
            return try Link(reply)
        } catch {
            throw CNIError(error)
        }
    }

    /// Tells which of the two names was taken, and by whom.
    private mutating func alreadyAttached(
        _ spec: AttachmentSpec,
        _ failure: NetlinkError
    ) throws(NetlinkError) -> NetlinkError {
        var error = failure
        if let link = try host.link(named: spec.hostEnd.name) {
            error.text =
                link.alias == spec.hostEnd.alias
                ? "\(spec.id) is attached already; DEL must come first"
                : "\(link.name) is there already, for \(link.alias ?? "someone else")"
        } else {
            error.text = "the container has an interface \(spec.podEnd.name) already"
        }
        return error
    }

    /// What is left to do on the bridge's side once the container's end is raised: port settings, and what the host
    /// remembers of an earlier container with the address.
    mutating func finishHostEnd(_ spec: AttachmentSpec, _ pair: Link, bridge: Link) throws(NetlinkError) {
        // The kernel ignores an alias in the request that makes a link.
        var name = LinkChange()
        name.alias = spec.hostEnd.alias
        var batch = RouteBatch([.setLink(.index(pair.index), name)])
        if spec.hostEnd.hairpin {
            batch.append(.setBridgePort(index: pair.index, BridgePortSettings(hairpin: true)))
        }
        for address in spec.hostEnd.neighbors {
            batch.append(
                .replaceNeighbor(
                    NeighborSpec(address, mac: spec.podEnd.mac, link: bridge.index, state: .reachable)
                )
            )
        }
        try host.commit(batch)
        try waitForCarrier(pair)
    }

    /// Until the bridge forwards over the port, which a worker of the kernel sees to: at once from Linux 6.8 on, where
    /// asking for the link runs it.
    private mutating func waitForCarrier(_ pair: Link) throws(NetlinkError) {
        let deadline = Deadline.after(Self.carrierTimeout)
        if try host.link(index: pair.index)?.operationalState == .up { return }
        var monitor = try RouteMonitor.open([.links])
        while true {
            // After joining the group, so that no change falls between looking and waiting.
            let link = try host.link(index: pair.index)
            if link?.operationalState == .up { return }
            guard link != nil, !deadline.hasPassed else {
                let state = link?.operationalState.description ?? "gone"
                throw NetlinkError(
                    .kernel,
                    errno: link == nil ? .noSuchDevice : .networkDown,
                    operation: "wait for carrier of",
                    object: pair.name,
                    text: "the link is \(state)"
                )
            }
            do {
                _ = try monitor.next(until: deadline)
            } catch  where error.code == .overrun || error.code == .timeout {}
        }
    }

    /// Takes the pair away as far as it is there; for rolling back, where an error would hide the one that matters.
    mutating func removePair(_ pair: Link, neighbors: [IPAddress], bridge: Link) {
        forget(neighbors, link: bridge.index)
        _ = try? host.deleteLink(.index(pair.index))
    }

    /// Has the host forget what it knows of addresses on the bridge.
    mutating func forget(_ neighbors: [IPAddress], link: UInt32) {
        let batch = RouteBatch(neighbors.map { .deleteNeighbor($0, link: link) })
        if !batch.isEmpty { _ = try? host.outcome(of: batch) }
    }
}
