import LinuxSystem
import LinuxSystemTesting

/// What a node's kernel holds, as iptables and nft see it.
struct NodeListing {
    /// The rules of each chain that has some or that somebody made, by "ip nat NAME"; counters are left out.
    private(set) var chains: [String: [String]] = [:]
    /// All tables, as "ip filter".
    let tables: Set<String>
    /// Every line of nft's listing.
    let text: String
    /// Virtual servers and real servers as ipvsadm saves them, where the kernel has any.
    let servers: Set<String>
    /// The sets of ipset.
    let sets: Set<String>

    init(_ namespace: NetworkNamespace) throws {
        for (family, tool) in [("ip", "iptables-nft-save"), ("ip6", "ip6tables-nft-save")] {
            var table = ""
            for line in try Witness.run(tool, [], in: namespace).split(separator: "\n") {
                let words = line.split(separator: " ")
                if line.hasPrefix("*") {
                    table = "\(family) \(line.dropFirst())"
                } else if line.hasPrefix(":"), words[1] == "-" {
                    chains["\(table) \(words[0].dropFirst())", default: []] += []
                } else if line.hasPrefix("-A") {
                    chains["\(table) \(words[1])", default: []].append(String(line))
                }
            }
        }
        let hasBalancing = File.exists("/proc/net/ip_vs")
        func lines(_ tool: String, _ arguments: String...) throws -> Set<String> {
            guard hasBalancing else { return [] }
            return Set(try Witness.run(tool, arguments, in: namespace).split(separator: "\n").map(String.init))
        }
        servers = try lines("ipvsadm", "-Sn")
        sets = try lines("ipset", "list", "-n")
        text = try Witness.run("nft", ["list", "ruleset"], in: namespace)
        tables = Set(
            try Witness.run("nft", ["list", "tables"], in: namespace).split(separator: "\n")
                .map { String($0.dropFirst("table ".count)) }
        )
    }

    /// A table's lines in order of the alphabet, as objects come in the order in which they were made.
    static func lines(of table: String, in namespace: NetworkNamespace) throws -> [String] {
        try Witness.run("nft", ["list", "table"] + table.split(separator: " ").map(String.init), in: namespace)
            .split(separator: "\n").map(String.init).sorted()
    }

    /// What differs from another listing, in words; empty for nothing.
    func difference(from other: NodeListing) -> [String] {
        Set(chains.keys).union(other.chains.keys).sorted().filter { chains[$0] != other.chains[$0] }.map {
            "\($0): \(chains[$0] ?? ["no chain"]), not \(other.chains[$0] ?? ["no chain"])"
        } + tables.symmetricDifference(other.tables).sorted().map { "table \($0)" }
            + servers.symmetricDifference(other.servers).sorted() + sets.symmetricDifference(other.sets).sorted()
    }
}
