import Glibc
public import LinuxSystem
import NFTables
import NFTablesInspect

/// What a program has in the kernel of a network namespace, as lines under headings: chains, sets or virtual servers.
public struct RuleListing: Hashable, Sendable {
    /// Whose it is.
    public let owner: String
    /// The lines under each heading, in the kernel's order.
    public let sections: [String: [String]]

    /// Describes a listing.
    public init(owner: String, sections: [String: [String]]) {
        self.owner = owner
        self.sections = sections
    }

    /// How many lines there are.
    public var lineCount: Int { sections.values.reduce(0) { $0 + $1.count } }

    /// Reads the kernel, over netlink and /proc.
    ///
    /// - Parameters:
    ///   - owner: who wrote it.
    ///   - mode: the mode that it was written in: where to look.
    ///   - namespace: the namespace that it was written in; nobody may write meanwhile.
    /// - Returns: what is there.
    /// - Throws: why it could not be read.
    public static func read(owner: String, mode: String, in namespace: NetworkNamespace) throws -> RuleListing {
        try withNetworkNamespace(namespace) {
            let sections: [String: [String]] =
                switch mode {
                case "iptables": try iptables()
                case "ipvs": try virtualServers(File.readText("/proc/thread-self/net/ip_vs"))
                default: try nftables()
                }
            return RuleListing(owner: owner, sections: sections)
        }
    }

    /// The tables of iptables, as `iptables-save` tells them.
    private static func iptables() throws -> [String: [String]] {
        let reader = try RulesetReader()
        var found: [String: [String]] = [:]
        for family in [TableFamily.ip, .ip6] {
            for name in ["mangle", "filter", "nat"] {
                let table = TableID(family, name)
                // Base chains without a rule say nothing.
                for (chain, lines) in try reader.iptablesLines(of: table) where !lines.isEmpty || !isBase(chain) {
                    found["\(family == .ip ? "iptables" : "ip6tables") \(name) \(chain)"] = lines
                }
            }
        }
        return found
    }

    private static func isBase(_ chain: String) -> Bool {
        ["PREROUTING", "INPUT", "FORWARD", "OUTPUT", "POSTROUTING"].contains(chain)
    }

    /// The sets, maps and chains of the table that the proxy has to itself: kube-proxy's or ours.
    private static func nftables() throws -> [String: [String]] {
        let ruleset = try RulesetReader().read()
        var found: [String: [String]] = [:]
        for table in ruleset.tables where ["kube-proxy", "weft"].contains(table.name) {
            var heading = ""
            for line in table.canonicalDump.split(separator: "\n").dropFirst() {
                if line.hasPrefix("    ") {
                    found[heading, default: []].append(String(line.dropFirst(4)))
                } else {
                    heading = "\(table.family) \(line.dropFirst(2))"
                    found[heading] = []
                }
            }
        }
        return found
    }

    /// The virtual servers as /proc has them, without connections (net/netfilter/ipvs/ip_vs_ctl.c,
    /// ip_vs_info_seq_show).
    static func virtualServers(_ text: String) -> [String: [String]] {
        var found: [String: [String]] = [:]
        var heading: String?
        for line in text.split(separator: "\n") {
            let words = line.split(separator: " ").map(String.init)
            guard let first = words.first else { continue }
            if ["TCP", "UDP", "SCTP", "FWM"].contains(first) {
                heading = words.joined(separator: " ")
                if let heading { found[heading] = [] }
            } else if first == "->", let heading {
                found[heading]?.append(words.prefix(4).joined(separator: " "))
            }
        }
        return found.mapValues { $0.sorted() }
    }
}
