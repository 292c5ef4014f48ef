import LinuxSystem
import Netlink
import NetworkTypes
import RouteNetlink

extension AttachmentBackend {
    /// Sees to it that the host has a link in a VLAN of a bridge: as with the reference, one end of a veth pair that is
    /// called BRIDGE.VLAN and has the gateway addresses; the other end is a port of the bridge.
    ///
    /// - Throws: code 103 when the name belongs to something else, 7 when it is too long.
    mutating func ensureVLANLink(_ vlan: UInt16, of bridge: Link, mtu: Int?) throws(CNIError) -> Link {
        let name = "\(bridge.name).\(vlan)"
        guard name.utf8.count <= 15 else {
            throw CNIError(
                .invalidConfiguration,
                "invalid vlan",
                details:
                    "the gateway's link would be called \(name), which is more than 15 bytes: give the bridge a shorter name"
            )
        }
        let portName = AttachmentID(network: "", containerID: name, interface: "vlan").hostInterfaceName
        do throws(NetlinkError) {
            if try host.link(named: name) == nil {
                let peer = VethPeer(name: portName, mtu: mtu.map { UInt32($0) })
                let spec = LinkSpec(name: name, kind: .veth(peer: peer), mac: .random(), mtu: mtu.map { UInt32($0) })
                _ = try host.ensureLink(spec)
            }
            guard let link = try host.link(named: name), let port = try host.link(named: portName),
                link.lowerLink == port.index
            else {
                throw NetlinkError(
                    .kernel,
                    errno: .fileExists,
                    operation: "use VLAN link",
                    object: name,
                    text: "a link of that name is there that is not weft-cni's: remove it (ip link delete \(name))"
                )
            }
            var change = LinkChange.up()
            change.master = bridge.index
            try host.commit(
                RouteBatch([
                    .setLink(.index(port.index), change), .addBridgeVLAN(port: port.index, vlan, isUntagged: true),
                    .setLink(.index(link.index), .up()),
                ])
            )
            notes += HostSettings.ignoreRouterAdvertisements(on: name)
            return link
        } catch {
            throw CNIError(error)
        }
    }
}
