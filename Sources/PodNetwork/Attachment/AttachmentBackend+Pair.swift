import LinuxSystem
import Netlink
import NetworkTypes
import RouteNetlink

extension AttachmentBackend {
    /// Makes the veth pair.
    ///
    /// One request puts the one end on the bridge, and the other into the container's namespace under its final name.
    /// Both are down: a port that is raised without a carrier is taken for a working one first and then for a broken one,
    /// each time with a walk over all ports and the second time with an RCU wait. The container's end is raised in
    /// `configurePod`, this one after it in `finishHostEnd`.
    ///
    /// - Returns: the end on the bridge.
    /// - Throws: code 103 when either end's name is taken.
    mutating func createPair(
        _ spec: AttachmentSpec,
        _ end: AttachmentSpec.HostEnd,
        bridge: Link?,
        pod: NetworkNamespace
    ) throws(CNIError) -> Link {
        let mtu = spec.mtu.map { UInt32($0) }
        var peer = VethPeer(name: spec.podEnd.name, namespace: pod, mac: spec.podEnd.mac, mtu: mtu)
        peer.queues = Self.queues
        var link = LinkSpec(name: end.name, kind: .veth(peer: peer), mtu: mtu, master: bridge?.index)
        link.queues = Self.queues
        do throws(NetlinkError) {
            let outcome = try host.outcome(of: RouteBatch([.createLink(link), .getLink(.name(link.name))]))
            if let failure = outcome.failures.first(where: { $0.operation == "create link" }) {
                guard failure.alreadyExists else { throw failure }
                throw try alreadyAttached(spec, end, failure)
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

    /// One each way is what a veth uses unless told otherwise.
    private static let queues: UInt32 = 1

    /// Tells which of the two names was taken, and by whom.
    private mutating func alreadyAttached(
        _ spec: AttachmentSpec,
        _ end: AttachmentSpec.HostEnd,
        _ failure: NetlinkError
    ) throws(NetlinkError) -> NetlinkError {
        var error = failure
        if let link = try host.link(named: end.name) {
            error.text =
                link.alias == end.alias
                ? "\(spec.id) is attached already; DEL must come first"
                : "\(link.name) is there already, for \(link.alias ?? "someone else")"
        } else {
            error.text = "the container has an interface \(spec.podEnd.name) already"
        }
        return error
    }

    /// What is left to do on the host's side once the container's end is raised: port settings, the raising, routes, and
    /// what the host remembers of an earlier container with the address.
    ///
    /// - Parameters:
    ///   - spec: what is to be there.
    ///   - end: its part.
    ///   - pair: the end in the host's namespace.
    ///   - gateway: the link that has the gateway addresses; nil without a bridge.
    /// - Throws: the first failure.
    mutating func finishHostEnd(
        _ spec: AttachmentSpec,
        _ end: AttachmentSpec.HostEnd,
        _ pair: Link,
        gateway: Link?
    ) throws(NetlinkError) {
        // The kernel ignores an alias in the request that makes a link; with the request that raises one it would tell
        // everybody of a change once more.
        var name = LinkChange()
        name.alias = end.alias
        var batch = RouteBatch([.setLink(.index(pair.index), name)])
        // A port of a bridge speaks no IPv6: without an address it has no routes, among which the kernel would look at
        // each change of each port.
        if gateway != nil { batch.append(.omitLinkLocalAddress(index: pair.index)) }
        if end.hairpin || end.isIsolated {
            let settings = BridgePortSettings(
                hairpin: end.hairpin ? true : nil,
                isolated: end.isIsolated ? true : nil
            )
            batch.append(.setBridgePort(index: pair.index, settings))
        }
        if !end.vlans.isEmpty { batch.requests += end.vlans.requests(port: pair.index) }
        batch.append(.setLink(.index(pair.index), .up()))
        if let gateway, let mac = spec.podEnd.mac {
            for address in end.neighbors {
                batch.append(
                    .replaceNeighbor(NeighborSpec(address, mac: mac, link: gateway.index, state: .reachable))
                )
            }
        }
        for address in end.gateways {
            batch.append(
                .replaceAddress(
                    AddressSpec(IPPrefix(host: address), link: pair.index, flags: .noDuplicateDetection)
                )
            )
        }
        for address in end.routedAddresses {
            // In the place of another container's that had the address before and is not removed yet.
            batch.append(.replaceRoute(RouteSpec(IPPrefix(host: address), link: pair.index)))
            // The host can't ask for it yet: its own link-local address on the link is looked for duplicates first.
            if let mac = spec.podEnd.mac {
                batch.append(.replaceNeighbor(NeighborSpec(address, mac: mac, link: pair.index, state: .reachable)))
            }
        }
        // Has the kernel see the carrier, on which the port begins to forward: see `Carrier`.
        batch.append(.getLink(.index(pair.index)))
        let outcome = try host.outcome(of: batch)
        let failure = outcome.failures.first { !Self.isFullNeighborTable($0) && !Self.isWithoutIPv6($0) }
        if let failure { throw failure }
        if spec.podEnd.staysDown { return }
        if let reply = outcome.replies.first, try Link(reply).operationalState == .up { return }
        try Carrier.wait(forLink: pair.index, pair.name, &host)
    }

    /// The table of neighbours is the whole machine's, all namespaces' together (net.ipv4.neigh.default.gc_thresh3, 1024
    /// entries): where there is no room in it, the host asks for the address when it needs it.
    static func isFullNeighborTable(_ failure: NetlinkError) -> Bool {
        failure.operation == "set neighbor" && failure.errno == .noBufferSpace
    }

    /// Where there is no IPv6, a port has no link-local address anyway.
    private static func isWithoutIPv6(_ failure: NetlinkError) -> Bool {
        failure.operation == "omit link-local address"
    }

    /// Has the host forget what it knows of addresses on the bridge.
    mutating func forget(_ neighbors: [IPAddress], link: UInt32) {
        let batch = RouteBatch(neighbors.map { .deleteNeighbor($0, link: link) })
        if !batch.isEmpty { _ = try? host.outcome(of: batch) }
    }
}

extension PortVLANs {
    /// The requests that make a port a member of them.
    ///
    /// - Parameter port: its index.
    /// - Returns: none when the bridge's own rule suffices.
    func requests(port: UInt32) -> [NetlinkRequest] {
        // Every port gets the bridge's default VLAN (1) when it joins.
        var requests: [NetlinkRequest] = keepsDefault ? [] : [.deleteBridgeVLAN(port: port, 1)]
        if let untagged { requests.append(.addBridgeVLAN(port: port, untagged, isUntagged: true)) }
        requests += tagged.map { .addBridgeVLAN(port: port, $0, isUntagged: false) }
        return requests
    }
}
