import NetworkTypes

/// What this node was given for its pods, and how it is written down.
struct NodeSubnet: Hashable, Sendable {
    /// All nodes' pods, one range a family; empty where it isn't known.
    let networks: [IPPrefix]
    /// This node's part, one range a family.
    let subnets: [IPPrefix]
    /// The largest packet of a pod, in bytes.
    let mtu: UInt32
    /// The links over which other nodes' pods are reached; empty where somebody else sees to it.
    var links: [String] = []

    /// The line by which a subnet file is known as weftd's.
    static let fileMark = "# Written by weftd"
    /// The member by which a network list is known as weftd's; readers ignore what they don't know.
    static let listMark = "\"writtenBy\": \"weftd\""

    /// The subnet file, in flannel's form: the subnet has the address of its gateway, which is its first one.
    ///
    /// weftd itself doesn't masquerade: the plugin does, with one rule a network.
    var fileText: String {
        var lines = ["\(Self.fileMark), which replaces it; `weftd cleanup` removes it."]
        for family in IPFamily.allCases {
            let infix = family == .ipv4 ? "" : "IPV6_"
            if let network = networks.first(where: { $0.family == family }) {
                lines.append("FLANNEL_\(infix)NETWORK=\(network)")
            }
            if let subnet = subnets.first(where: { $0.family == family }) {
                lines.append("FLANNEL_\(infix)SUBNET=\(Self.gateway(of: subnet))")
            }
        }
        lines += ["FLANNEL_MTU=\(mtu)", "FLANNEL_IPMASQ=false"]
        // Not flannel's: weft-cni looks after them when it is asked for its STATUS.
        if !links.isEmpty { lines.append("WEFT_LINKS=\(links.joined(separator: ","))") }
        return lines.joined(separator: "\n") + "\n"
    }

    /// The network list for weft-cni, which reads all numbers from the subnet file.
    ///
    /// Without the cluster's range nobody can tell another node's pod from the outside, and nothing is masqueraded.
    func listText(subnetFile: String) -> String {
        """
        {
          "cniVersion": "1.0.0",
          "name": "weft",
          \(Self.listMark),
          "plugins": [
            {
              "type": "weft-cni",
              "bridge": "cni0",
              "isGateway": true,
              "isDefaultGateway": true,
              "hairpinMode": true,
              "ipMasq": \(!networks.isEmpty),
              "capabilities": { "portMappings": true, "ips": true, "mac": true, "dns": true, "bandwidth": true },
              "ipam": { "type": "weft", "subnetFile": "\(subnetFile)", "dataDir": "/run/weft/ipam" }
            }
          ]
        }

        """
    }

    private static func gateway(of subnet: IPPrefix) -> String {
        let first =
            switch subnet.masked.address {
            case .v4(let address): IPAddress.v4(IPv4Address(rawValue: address.rawValue + 1))
            case .v6(let address): IPAddress.v6(IPv6Address(high: address.high, low: address.low + 1))
            }
        return "\(first)/\(subnet.length)"
    }
}
