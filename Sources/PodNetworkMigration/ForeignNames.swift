/// The names under which the reference plugins and flannel keep rules (plugins/pkg/utils, portmap, firewall; flannel's
/// pkg/trafficmngr).
enum ForeignNames {
    /// What a chain of theirs is for.
    enum Role: Hashable, Sendable {
        /// One container's: masquerade, published ports, spoof check.
        case container
        /// All containers' published ports; needed while one of them has some.
        case ports
        /// Accepts packets by container address.
        case forward
        /// Around `forward`: what the administrator adds, and which bridges may talk.
        case aroundForward
        /// flanneld's.
        case flannel
    }

    /// The role of a chain in a table that others use too; nil for everybody else's.
    static func role(_ chain: String, _ family: String, _ table: String) -> Role? {
        switch (family, table) {
        case ("ip", "nat"), ("ip6", "nat"):
            if isHash(chain, after: "CNI-", 24) || isHash(chain, after: "CNI-DN-", 21)
                || isHash(chain, after: "CNI-SN-", 21)
            {
                return .container
            }
            if portChains.contains(chain) { return .ports }
            return chain == "FLANNEL-POSTRTG" ? .flannel : nil
        case ("ip", "filter"), ("ip6", "filter"):
            switch chain {
            case "CNI-FORWARD": return .forward
            case "CNI-ADMIN", "CNI-ISOLATION-STAGE-1", "CNI-ISOLATION-STAGE-2": return .aroundForward
            case "FLANNEL-FWD": return .flannel
            default: return nil
            }
        case ("bridge", "nat"): return chain.hasPrefix(spoofPrefix) ? .container : nil
        default: return nil
        }
    }

    /// What the chains of a container's spoof check begin with; the container's id follows.
    static let spoofPrefix = "cni-br-iface-"
    private static let portChains: Set = [
        "CNI-HOSTPORT-DNAT", "CNI-HOSTPORT-SETMARK", "CNI-HOSTPORT-MASQ", "CNI-HOSTPORT-SNAT",
    ]

    /// Tables of the reference plugins, whose rules' comments name containers.
    static let containerTables: Set = ["cni_hostport", "cni_plugins_masquerade"]
    /// flanneld's tables.
    static let flannelTables: Set = ["flannel-ipv4", "flannel-ipv6"]

    private static func isHash(_ name: String, after prefix: String, _ count: Int) -> Bool {
        guard name.hasPrefix(prefix) else { return false }
        let rest = name.utf8.dropFirst(prefix.utf8.count)
        let isHexadecimal = rest.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
        return rest.count == count && isHexadecimal
    }

    /// The container that a comment names, and whether its id may be cut off at the end.
    ///
    /// iptables: `name: "NET" id: "ID"`, `dnat name: "NET" id: "ID"`; nftables: `HASH-HASH, net: NET, if: IF, id: ID`
    /// of at most 128 bytes, or the id alone.
    static func container(in comment: String) -> (id: String, isCut: Bool)? {
        if let range = last(" id: \"", in: comment) {
            let rest = comment[range...]
            let id = rest.prefix { $0 != "\"" }
            return id.isEmpty ? nil : (String(id), id.endIndex == comment.endIndex)
        }
        if let range = last(", id: ", in: comment) {
            let id = comment[range...]
            return id.isEmpty ? nil : (String(id), comment.utf8.count >= 127)
        }
        return comment.isEmpty || comment.contains(" ") ? nil : (comment, false)
    }

    /// The place behind the last occurrence of a text.
    private static func last(_ text: String, in comment: String) -> String.Index? {
        var place: String.Index?
        var index = comment.startIndex
        while index < comment.endIndex {
            if comment[index...].hasPrefix(text) { place = comment.index(index, offsetBy: text.count) }
            index = comment.index(after: index)
        }
        return place
    }
}
