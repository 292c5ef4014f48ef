public import ClusterModel
import NetworkTypes

/// Plans the VXLAN network: the pods of every other node are reached through a tunnel to the address that this node
/// notes at its Node, as flannel does.
public struct VXLANPlanner: Sendable {
    /// The name of the node that the plan is for.
    public let nodeName: String

    /// A planner for the node of that name.
    public init(nodeName: String) {
        self.nodeName = nodeName
    }

    /// The devices and peers that follow from the Nodes there are, in any order.
    ///
    /// Of overlapping ranges the own one wins, then that of the older Node, then the one whose name comes first; so it
    /// is with MAC addresses and public addresses that two Nodes have.
    public func plan(_ nodes: some Sequence<Node>) -> VXLANSpec {
        let ranges = PodRanges(nodes, ownName: nodeName)
        var spec = VXLANSpec(problems: ranges.problems)
        defer { spec.problems.sort { ($0.node, $0.text) < ($1.node, $1.text) } }
        guard let own = ranges.ownNode, !ranges.own.isEmpty else {
            let lack = ranges.ownNode == nil ? "there is no Node of this name" : "it has no pod CIDR"
            spec.problems.append(.init(.missingNode, nodeName, "\(lack) yet; the VXLAN network waits for it"))
            return spec
        }
        spec.annotations = [FlannelAnnotations.backendType: "vxlan", FlannelAnnotations.kubeSubnetManager: "true"]
        spec.devices = IPFamily.allCases.compactMap { family in
            guard let subnet = ranges.own.first(where: { $0.family == family }) else { return nil }
            return device(family, subnet, own, ranges.peers, &spec)
        }
        return spec
    }

    private func device(
        _ family: IPFamily,
        _ subnet: IPPrefix,
        _ own: Node,
        _ claims: [PodRanges.Claim],
        _ spec: inout VXLANSpec
    ) -> VXLANDevice {
        var device = VXLANDevice(family: family, subnet: subnet, localAddresses: [])
        let key = FlannelAnnotations.publicAddressOverwrite(family)
        if let text = own.metadata.annotations[key], !text.isEmpty {
            if let address = IPAddress(text), address.family == family {
                device.localAddresses.append(address)
            } else {
                spec.problems.append(
                    .init(.invalidAnnotation, own.name, "its annotation \(key) is \"\(text)\", no \(family) address")
                )
            }
        }
        if let address = own.internalAddress(family), !device.localAddresses.contains(address) {
            device.localAddresses.append(address)
        }
        if let address = device.localAddresses.first {
            spec.annotations[FlannelAnnotations.publicAddress(family)] = "\(address)"
        } else {
            spec.problems.append(
                .init(
                    .missingAddress,
                    own.name,
                    "it has pod CIDR \(subnet) but no \(family) InternalIP in its status for the tunnel to start at"
                )
            )
        }
        do throws(FlannelAnnotations.Fault) {
            device.mac = try FlannelAnnotations.mac(of: own, family, identifier: VXLANDevice.identifier)
        } catch {
            // None yet is how every node starts; a bad one is written anew.
            if error.code != .missingAnnotation { spec.problems.append(.init(error.code, own.name, error.text)) }
        }
        device.peers = peers(of: device, claims, Set(own.internalAddresses + device.localAddresses), &spec.problems)
        return device
    }

    private func peers(
        of device: VXLANDevice,
        _ claims: [PodRanges.Claim],
        _ ownAddresses: Set<IPAddress>,
        _ problems: inout [NodeRouteProblem]
    ) -> [VXLANPeer] {
        var hosts: [IPAddress: String] = [:]
        var macs: [MACAddress: String] = [:]
        if let mac = device.mac { macs[mac] = nodeName }
        var peers: [VXLANPeer] = []
        // The elder first, so that it keeps what a younger one claims as well.
        for claim in claims.sorted(by: { $0.wins(over: $1) }) where claim.prefix.family == device.family {
            do throws(FlannelAnnotations.Fault) {
                let peer = try peer(claim, ownAddresses)
                if let other = macs[peer.mac], other != peer.node {
                    throw .init(
                        code: .duplicateMAC,
                        text: "its tunnel's MAC address \(peer.mac) is also that of node \(other), which keeps it;"
                            + " remove this node's link \(device.name) and its annotation"
                            + " \(FlannelAnnotations.backendData(device.family))"
                    )
                }
                if let other = hosts[peer.host], other != peer.node {
                    throw .init(
                        code: .duplicateAddress,
                        text: "its public address \(peer.host) is also that of node \(other), which keeps it"
                    )
                }
                macs[peer.mac] = peer.node
                hosts[peer.host] = peer.node
                peers.append(peer)
            } catch {
                problems.append(.init(error.code, claim.node.name, error.text))
            }
        }
        return peers.sorted { $0.subnet < $1.subnet }
    }

    private func peer(
        _ claim: PodRanges.Claim,
        _ ownAddresses: Set<IPAddress>
    ) throws(FlannelAnnotations.Fault) -> VXLANPeer {
        let (node, subnet) = (claim.node, claim.prefix)
        let mac = try FlannelAnnotations.mac(of: node, subnet.family, identifier: VXLANDevice.identifier)
        let host = try FlannelAnnotations.host(of: node, subnet.family)
        if let fault = host.fault(asWayTo: subnet, own: ownAddresses, ownName: nodeName) {
            throw .init(code: .invalidAddress, text: "its public address \(host) \(fault)")
        }
        // A tunnel whose own packets would be routed into it.
        if let address = ownAddresses.sorted().first(where: subnet.contains) {
            throw .init(
                code: .invalidPodCIDR,
                text: "its pod CIDR \(subnet) covers \(address), an address of this node, \(nodeName)"
            )
        }
        return VXLANPeer(node: node.name, subnet: subnet, mac: mac, host: host)
    }
}
