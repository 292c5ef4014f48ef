import LinuxSystem
import Netlink
import NetworkTypes
import RouteNetlink

extension AttachmentBackend {
    /// All that differs from what is expected, one sentence each.
    ///
    /// - Throws: code 100 or 11 when the kernel can't be asked.
    mutating func faults(
        _ expectation: AttachmentExpectation,
        in pod: NetworkNamespace
    ) throws(CNIError) -> [String] {
        do throws(NetlinkError) {
            var faults: [String] = []
            let bridge = try checkBridge(expectation, &faults)
            let hostEnd = try checkHostEnd(expectation, bridge: bridge, &faults)
            try checkGateways(expectation, &faults)
            try Self.checkPodEnd(expectation, in: pod, hostEnd: hostEnd, &faults)
            return faults
        } catch {
            throw CNIError(error)
        }
    }

    private mutating func checkBridge(
        _ expectation: AttachmentExpectation,
        _ faults: inout [String]
    ) throws(NetlinkError) -> Link? {
        guard let expected = expectation.bridge else { return nil }
        guard let bridge = try host.link(named: expected.name) else {
            faults.append("bridge \(expected.name) is gone")
            return nil
        }
        faults += Self.faults(of: bridge, expected)
        if bridge.kind != "bridge" { faults.append("\(bridge.name) is no bridge") }
        if expectation.spec.bridge?.isPromiscuous == true, !bridge.flags.contains(.promiscuous) {
            faults.append("\(bridge.name) is not promiscuous (promiscMode)")
        }
        return bridge
    }

    private mutating func checkGateways(
        _ expectation: AttachmentExpectation,
        _ faults: inout [String]
    ) throws(NetlinkError) {
        guard !expectation.gateways.isEmpty, let name = expectation.gatewayLink ?? expectation.hostEnd?.name,
            let link = try host.link(named: name)
        else { return }
        let present = try host.addresses(AddressFilter(link: link.index)).map(\.prefix)
        faults += Self.missing(expectation.gateways, present, on: name)
    }

    private mutating func checkHostEnd(
        _ expectation: AttachmentExpectation,
        bridge: Link?,
        _ faults: inout [String]
    ) throws(NetlinkError) -> Link? {
        guard expectation.hasHostEnd else { return nil }
        guard let expected = expectation.hostEnd else {
            let besides = expectation.bridge == nil ? "" : " beside the bridge"
            faults.append("prevResult names no interface in the host's namespace\(besides)")
            return nil
        }
        guard let link = try host.link(named: expected.name) else {
            faults.append("\(expected.name), the end in the host's namespace, is gone")
            return nil
        }
        faults += Self.faults(of: link, expected)
        if let bridge { faults += Self.faults(ofPort: link, on: bridge, expectation.spec.hostEnd) }
        for address in expectation.spec.hostEnd?.routedAddresses ?? [] {
            let routes = try host.routes(RouteFilter(family: address.family, link: link.index))
            if !routes.contains(where: { $0.destination == IPPrefix(host: address) }) {
                faults.append("the host has no route to \(address) over \(link.name)")
            }
        }
        return link
    }

    private static func faults(
        ofPort link: Link,
        on bridge: Link,
        _ expected: AttachmentSpec.HostEnd?
    ) -> [String] {
        var faults: [String] = []
        if link.master != bridge.index { faults.append("\(link.name) is no port of \(bridge.name)") }
        if expected?.hairpin == true, link.bridgePort?.hairpin != true {
            faults.append("\(link.name) does not reflect frames (hairpinMode)")
        }
        if expected?.isIsolated == true, link.bridgePort?.isolated != true {
            faults.append("\(link.name) is not isolated (portIsolation)")
        }
        return faults
    }

    private static func checkPodEnd(
        _ expectation: AttachmentExpectation,
        in pod: NetworkNamespace,
        hostEnd: Link?,
        _ faults: inout [String]
    ) throws(NetlinkError) {
        guard let expected = expectation.podEnd else {
            faults.append("prevResult names no interface \(expectation.id.interface) in the container")
            return
        }
        var connection = try RouteConnection.open(in: pod)
        guard let link = try connection.link(named: expected.name) else {
            faults.append("\(expected.name) is gone from the container")
            return
        }
        faults += Self.faults(of: link, expected, mayBeDown: expectation.spec.podEnd.staysDown)
        if let sublink = expectation.spec.sublink {
            let kind = sublink.configuration.isIPVLAN ? "ipvlan" : "macvlan"
            if link.kind != kind { faults.append("\(link.name) in the container is no \(kind) link") }
        }
        if let hostEnd, link.lowerLink != hostEnd.index || hostEnd.lowerLink != link.index {
            faults.append("\(link.name) in the container and \(hostEnd.name) are not the ends of one pair")
        }
        let present = try connection.addresses(AddressFilter(link: link.index)).map(\.prefix)
        faults += missing(expectation.addresses, present, on: "\(link.name) in the container")
        for route in expectation.routes {
            let wanted = route.spec(link: link.index)
            let routes = try connection.routes(
                RouteFilter(family: wanted.destination.family, table: wanted.table)
            )
            // On any link: an interface of a later plugin may have taken the route over.
            let isThere = routes.contains { found in
                found.destination == wanted.destination
                    && (found.spec.gateway == wanted.gateway
                        || found.nextHops.contains { $0.gateway == wanted.gateway })
            }
            if !isThere { faults.append("the route \(wanted) is missing in the container") }
        }
    }

    private static func faults(
        of link: Link,
        _ expected: AttachmentResult.Interface,
        mayBeDown: Bool = false
    ) -> [String] {
        var faults: [String] = []
        if !link.isUp, !mayBeDown { faults.append("\(link.name) is down") }
        if let mac = expected.mac, link.mac != mac {
            faults.append("\(link.name) has the link address \(link.mac?.description ?? "none"), not \(mac)")
        }
        if let mtu = expected.mtu, Int(link.mtu) != mtu {
            faults.append("\(link.name) has the MTU \(link.mtu), not \(mtu)")
        }
        return faults
    }

    private static func missing(_ wanted: [IPPrefix], _ present: [IPPrefix], on name: String) -> [String] {
        wanted.filter { !present.contains($0) }.map { "\(name) lacks the address \($0)" }
    }
}
