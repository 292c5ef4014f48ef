import NetworkTypes

/// What kube-proxy 1.36 has in the kernel for ``KubeProxyCluster``, as `iptables-save` 1.8.9 prints it.
///
/// It is not our own output: the rules were written down from what is known of kube-proxy (its chains, their order, its
/// comments), the names of chains were computed with Python's hashlib, and `iptables-nft-restore` takes the text and
/// prints it again as it is. Services stand by name; kube-proxy's own order is that of a Go map, another one each time.
/// The node has the counters of nfacct, and kube-proxy its defaults: node ports on localhost, the bit 14, pods known by
/// their addresses.
enum KubeProxyGolden {
    /// A chain of a table, with its rules behind "-A CHAIN".
    typealias Chains = [String: [String]]

    static func text(_ family: IPFamily) -> String { family == .ipv4 ? ipv4 : ipv6 }

    /// The chains of a listing by "table chain"; base chains only where they have rules.
    static func chains(_ text: String) -> Chains {
        var found: Chains = [:]
        var table = ""
        for line in text.split(separator: "\n") {
            let words = line.split(separator: " ", maxSplits: 2)
            switch line.first {
            case "*": table = String(line.dropFirst())
            case ":" where words.count > 1 && words[1] == "-": found["\(table) \(words[0].dropFirst())"] = []
            case "-" where words.count == 3 && words[0] == "-A":
                found["\(table) \(words[1])", default: []].append(String(words[2]))
            default: break
            }
        }
        return found
    }
}
