import LinuxSystem
import Netlink
import NetworkTypes
import RouteNetlink

extension AttachmentBackend {
    /// Raises and addresses the container's end, in its namespace, and lets the others know.
    ///
    /// - Parameters:
    ///   - spec: what is to be there.
    ///   - pair: the end on the bridge, whose peer it is.
    ///   - bridge: the bridge.
    ///   - pod: the container's namespace.
    /// - Throws: the first failure.
    mutating func configurePod(
        _ spec: AttachmentSpec,
        _ pair: Link,
        bridge: Link,
        pod: NetworkNamespace
    ) throws(CNIError) {
        guard let index = pair.lowerLink else {
            throw CNIError(.kernelRefused, "the kernel doesn't say which interface is the peer of \(pair.name)")
        }
        do {
            try withNetworkNamespace(pod) {
                var connection = try RouteConnection.open()
                notes += PodSettings.prepare(spec.podEnd)
                try connection.commit(spec.podEnd.batch(link: index))
                try finishHostEnd(spec, pair, bridge: bridge)
                notes += SolicitedNodeGroups.wait(for: spec.podEnd)
                // The port forwards now. A link that is given its address again announces its IP addresses, with
                // arp_notify and ndisc_notify set: a gratuitous ARP request, an unsolicited neighbour advertisement.
                var announcement = LinkChange()
                announcement.mac = spec.podEnd.mac
                if !spec.podEnd.addresses.isEmpty { try connection.setLink(.index(index), announcement) }
            }
        } catch {
            throw CNIError.wrapping(error)
        }
    }
}

extension AttachmentSpec.PodEnd {
    /// The requests that raise and address it, for one send.
    ///
    /// - Parameter link: its index.
    /// - Returns: loopback up, link up, addresses, routes.
    func batch(link: UInt32) -> RouteBatch {
        var batch = RouteBatch([.setLink(.name("lo"), .up()), .setLink(.index(link), .up())])
        for prefix in addresses {
            var address = AddressSpec(prefix, link: link)
            // IPAM knows that nobody else has it: looking for duplicates would only take a second.
            if prefix.family == .ipv6 { address.flags = .noDuplicateDetection }
            if prefix.family == .ipv4, prefix.hostBits > 1, case .v4(let last) = prefix.last {
                address.broadcast = last
            }
            batch.append(.addAddress(address))
        }
        for route in routes { batch.append(.addRoute(route.spec(link: link))) }
        return batch
    }
}

extension RouteConfiguration {
    /// The route on an interface.
    func spec(link: UInt32) -> RouteSpec {
        var spec = RouteSpec(destination, gateway: gateway, link: link)
        spec.metric = priority
        spec.mtu = mtu
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
        let families = Set(end.addresses.map(\.family))
        if families.contains(.ipv4) { wanted.append(("net/ipv4/conf/\(end.name)/arp_notify", "1")) }
        if families.contains(.ipv6) {
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
