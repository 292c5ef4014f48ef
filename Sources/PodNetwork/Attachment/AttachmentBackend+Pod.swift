import LinuxSystem
import Netlink
import NetworkTypes
import RouteNetlink

extension AttachmentBackend {
    /// Raises and addresses the container's interface, in its namespace, and lets the others know.
    ///
    /// - Parameters:
    ///   - spec: what is to be there.
    ///   - index: the interface's.
    ///   - pod: the container's namespace.
    ///   - finishHost: what is done on the host's side once the interface is raised; of a pair, raising the other end.
    /// - Throws: the first failure.
    mutating func configurePod(
        _ spec: AttachmentSpec,
        index: UInt32,
        pod: NetworkNamespace,
        finishHost: (inout AttachmentBackend) throws(NetlinkError) -> Void
    ) throws(CNIError) {
        do {
            try pod.visit {
                var connection = try RouteConnection.open()
                notes += PodSettings.prepare(spec.podEnd)
                try connection.commit(spec.podEnd.batch(link: index))
                try finishHost(&self)
                if spec.hostEnd != nil, !spec.podEnd.staysDown {
                    try Carrier.wait(forLink: index, spec.podEnd.name, &connection)
                }
                if spec.podEnd.looksForDuplicates {
                    try DuplicateDetection.wait(for: spec.podEnd, link: index, &connection)
                } else {
                    notes += SolicitedNodeGroups.wait(for: spec.podEnd)
                }
                try Self.announce(spec.podEnd, index: index, &connection)
            }
        } catch {
            throw CNIError.wrapping(error)
        }
    }

    /// The port forwards now, and the interface sends.
    ///
    /// A link that is given its link address again announces its IP addresses, with arp_notify and ndisc_notify set: a
    /// gratuitous ARP request, an unsolicited neighbour advertisement.
    private static func announce(
        _ end: AttachmentSpec.PodEnd,
        index: UInt32,
        _ connection: inout RouteConnection
    ) throws(NetlinkError) {
        guard let mac = end.mac, !end.addresses.isEmpty, !end.staysDown else { return }
        var announcement = LinkChange()
        announcement.mac = mac
        try connection.setLink(.index(index), announcement)
    }
}

extension AttachmentSpec.PodEnd {
    /// The requests that raise and address it, for one send.
    ///
    /// - Parameter link: its index.
    /// - Returns: loopback up, link up, addresses, routes.
    func batch(link: UInt32) -> RouteBatch {
        var batch = RouteBatch([.setLink(.name("lo"), .up())])
        if staysDown { return batch }
        var change = LinkChange.up()
        // As the sysctl arp_notify; what is IPv6's can't be set here, see PodSettings.
        if addresses.contains(where: { $0.family == .ipv4 }) { change.announcesAddresses = true }
        batch.append(.setLink(.index(link), change))
        for prefix in addresses { batch.append(.addAddress(address(prefix, link: link))) }
        for gateway in routedGateways {
            batch.append(.addRoute(RouteSpec(IPPrefix(host: gateway.address), link: link)))
            let subnet = gateway.masked
            // A subnet of one address has no other hosts to be reached through the gateway.
            if subnet.hostBits > 0 {
                batch.append(.addRoute(RouteSpec(subnet, gateway: gateway.address, link: link)))
            }
        }
        for route in routes { batch.append(.addRoute(route.spec(link: link))) }
        return batch
    }

    private func address(_ prefix: IPPrefix, link: UInt32) -> AddressSpec {
        var address = AddressSpec(prefix, link: link)
        // IPAM knows that nobody else has it: looking for duplicates would only take a second.
        if prefix.family == .ipv6, !looksForDuplicates { address.flags = .noDuplicateDetection }
        if prefix.family == .ipv4, prefix.hostBits > 1, case .v4(let last) = prefix.last {
            address.broadcast = last
        }
        if !routedGateways.isEmpty { address.flags.insert(.noPrefixRoute) }
        return address
    }
}

extension RouteConfiguration {
    /// The route on an interface.
    func spec(link: UInt32) -> RouteSpec {
        var spec = RouteSpec(destination, gateway: gateway, link: link)
        spec.metric = priority
        spec.mtu = mtu
        spec.advertisedMSS = advertisedMSS
        if let table { spec.table = RouteTable(rawValue: table) }
        if let scope { spec.scope = RouteScope(rawValue: scope) }
        return spec
    }
}

/// Kernel parameters of the container's namespace.
enum PodSettings {
    /// Sets what the interface needs before it is raised; runs in the container's namespace.
    ///
    /// - Returns: notes on what could not be set. None of it is worth a failed ADD: where it is, the kernel refuses the
    ///   address.
    static func prepare(_ end: AttachmentSpec.PodEnd) -> [String] {
        var wanted: [(name: String, value: String)] = []
        if end.addresses.contains(where: { $0.family == .ipv6 }) {
            // Docker and podman start containers with IPv6 disabled; an address in the configuration means that it isn't.
            wanted.append(("net/ipv6/conf/\(end.name)/disable_ipv6", "0"))
            wanted.append(("net/ipv6/conf/\(end.name)/keep_addr_on_down", "1"))
            wanted.append(("net/ipv6/conf/\(end.name)/ndisc_notify", "1"))
        }
        return wanted.compactMap { setting in
            do throws(LinuxSystemError) {
                try Sysctl.ensure(setting.name, setting.value)
                return nil
            } catch {
                return "in the container: \(error)"
            }
        }
    }
}
