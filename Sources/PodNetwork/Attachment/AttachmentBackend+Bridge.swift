import LinuxSystem
import Netlink
import NetworkTypes
import RouteNetlink

extension AttachmentBackend {
    /// Sees to it that the bridge is there, raised, with its gateway addresses, and that the host forwards.
    ///
    /// Several ADDs may do this at once, on a bridge that none of them has seen yet: every step is one that may be done
    /// twice.
    ///
    /// - Returns: the bridge, and the link that has the gateway addresses: itself, or its link in the container's VLAN.
    /// - Throws: code 103 when the name belongs to something else or the bridge has another address.
    mutating func ensureBridge(
        _ spec: AttachmentSpec.Bridge,
        forwarding families: [IPFamily]
    ) throws(CNIError) -> (bridge: Link, gateway: Link) {
        let bridge = try findOrMakeBridge(spec)
        var gateway = bridge
        if let vlan = spec.gatewayVLAN, !spec.gateways.isEmpty {
            gateway = try ensureVLANLink(vlan, of: bridge, mtu: spec.mtu)
        }
        try ensureGateways(spec, on: gateway)
        guard !families.isEmpty else { return (bridge, gateway) }
        try HostSettings.enableForwarding(families)
        notes += HostSettings.passBridgedPacketsToNetfilter(families)
        return (bridge, gateway)
    }

    private mutating func findOrMakeBridge(_ spec: AttachmentSpec.Bridge) throws(CNIError) -> Link {
        do throws(NetlinkError) {
            var bridge = try host.link(named: spec.name)
            if bridge == nil {
                // With an address of its own: otherwise it takes over its ports' lowest, and changes it with them.
                var options = BridgeOptions()
                if spec.filtersVLANs { options.filtersVLANs = true }
                var link = LinkSpec(name: spec.name, kind: .bridge(options), mac: .random(), isUp: true)
                link.mtu = spec.mtu.map { UInt32($0) }
                bridge = try host.ensureLink(link)
            }
            guard let bridge, bridge.kind == "bridge" else {
                let kind = bridge?.kind ?? "not a virtual link"
                throw NetlinkError(
                    .kernel,
                    errno: .fileExists,
                    operation: "use bridge",
                    object: spec.name,
                    text: "\(spec.name) is a link of another kind (\(kind)); name another one with the key \"bridge\""
                )
            }
            var change = LinkChange()
            if !bridge.isUp { change.isUp = true }
            if spec.isPromiscuous, !bridge.flags.contains(.promiscuous) { change.isPromiscuous = true }
            if change != LinkChange() { try host.setLink(.index(bridge.index), change) }
            if spec.filtersVLANs {
                var options = BridgeOptions()
                options.filtersVLANs = true
                try host.setBridge(index: bridge.index, options)
            }
            notes += HostSettings.ignoreRouterAdvertisements(on: spec.name)
            return bridge
        } catch {
            throw CNIError(error)
        }
    }

    private mutating func ensureGateways(_ spec: AttachmentSpec.Bridge, on bridge: Link) throws(CNIError) {
        guard !spec.gateways.isEmpty else { return }
        do throws(NetlinkError) {
            for family in IPFamily.allCases {
                let wanted = spec.gateways.filter { $0.family == family }
                guard !wanted.isEmpty else { continue }
                let present = try host.addresses(AddressFilter(family: family, link: bridge.index)).map(\.prefix)
                let missing = wanted.filter { !present.contains($0) }
                for other in present where isInTheWay(other, of: wanted) {
                    guard spec.replacesAddresses else { throw occupied(spec.name, by: other, wanted: wanted) }
                    try host.deleteAddress(other, link: bridge.index)
                }
                if missing.isEmpty { continue }
                for gateway in missing {
                    try host.replaceAddress(
                        AddressSpec(gateway, link: bridge.index, flags: .noDuplicateDetection)
                    )
                }
                try pinAddress(of: bridge)
            }
        } catch {
            throw CNIError(error)
        }
    }

    /// As the reference has it: one subnet of IPv4 on a bridge, of IPv6 several that don't overlap.
    private func isInTheWay(_ other: IPPrefix, of wanted: [IPPrefix]) -> Bool {
        guard !wanted.contains(other), !other.address.isLinkLocal else { return false }
        return other.family == .ipv4 || wanted.contains { $0.overlaps(other) }
    }

    private func occupied(_ name: String, by other: IPPrefix, wanted: [IPPrefix]) -> NetlinkError {
        let wanted = wanted.map(\.description).joined(separator: ", ")
        return NetlinkError(
            .kernel,
            errno: .fileExists,
            operation: "set gateway address of",
            object: name,
            text:
                "it already has an IP address different from \(wanted): \(other). If no container uses that subnet any "
                + "more, remove the address (ip address delete \(other) dev \(name)), or set forceAddress"
        )
    }

    /// Gives a bridge that someone else made its own address: from then on it doesn't change with its ports.
    private mutating func pinAddress(of bridge: Link) throws(NetlinkError) {
        guard let mac = bridge.mac, mac != .zero else { return }
        var change = LinkChange()
        change.mac = mac
        try host.setLink(.index(bridge.index), change)
    }
}
