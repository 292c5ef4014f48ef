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
            let bridge = try host.link(named: expectation.bridge.name)
            if let bridge {
                faults += Self.faults(of: bridge, expectation.bridge)
                if bridge.kind != "bridge" { faults.append("\(bridge.name) is no bridge") }
                let present = try host.addresses(AddressFilter(link: bridge.index)).map(\.prefix)
                faults += Self.missing(expectation.gateways, present, on: bridge.name)
            } else {
                faults.append("bridge \(expectation.bridge.name) is gone")
            }
            let port = try checkHostEnd(expectation, bridge: bridge, &faults)
            try Self.checkPodEnd(expectation, in: pod, port: port, &faults)
            if let masquerade = expectation.masquerade {
                var socket = try NetlinkSocket.open(.netfilter)
                faults += try masquerade.missingFamilies(&socket).map { "the masquerade rules for \($0) are gone" }
            }
            return faults
        } catch {
            throw CNIError(error)
        }
    }

    private mutating func checkHostEnd(
        _ expectation: AttachmentExpectation,
        bridge: Link?,
        _ faults: inout [String]
    ) throws(NetlinkError) -> Link? {
        guard let expected = expectation.hostEnd else {
            faults.append("prevResult names no interface in the host's namespace beside the bridge")
            return nil
        }
        guard let link = try host.link(named: expected.name) else {
            faults.append("\(expected.name), the end on the bridge, is gone")
            return nil
        }
        faults += Self.faults(of: link, expected)
        if let bridge, link.master != bridge.index { faults.append("\(link.name) is no port of \(bridge.name)") }
        if expectation.hairpin, link.bridgePort?.hairpin != true {
            faults.append("\(link.name) does not reflect frames (hairpinMode)")
        }
        return link
    }

    private static func checkPodEnd(
        _ expectation: AttachmentExpectation,
        in pod: NetworkNamespace,
        port: Link?,
        _ faults: inout [String]
    ) throws(NetlinkError) {
        guard let expected = expectation.podEnd else {
            faults.append("prevResult names no interface \(expectation.interfaceName) in the container")
            return
        }
        var connection = try RouteConnection.open(in: pod)
        guard let link = try connection.link(named: expected.name) else {
            faults.append("\(expected.name) is gone from the container")
            return
        }
        faults += Self.faults(of: link, expected)
        if let port, link.lowerLink != port.index || port.lowerLink != link.index {
            faults.append("\(link.name) in the container and \(port.name) are not the ends of one pair")
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

    private static func faults(of link: Link, _ expected: AttachmentResult.Interface) -> [String] {
        var faults: [String] = []
        if !link.isUp { faults.append("\(link.name) is down") }
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
