import LinuxSystem
import NetworkTypes

extension IPTablesBackend {
    /// What whoever runs the proxy should know about this network namespace: rules of iptables-legacy beside ours.
    public func notes() -> [String] {
        let path = family == .ipv4 ? "/proc/thread-self/net/ip_tables_names" : "/proc/thread-self/net/ip6_tables_names"
        guard let text = try? File.readText(path) else { return [] }
        return Self.legacyNote(family, text).map { [$0] } ?? []
    }

    /// A line about the tables that iptables-legacy has, given their names; nil for none.
    static func legacyNote(_ family: IPFamily, _ names: String) -> String? {
        let tables = names.split(whereSeparator: \.isWhitespace).sorted()
        guard !tables.isEmpty else { return nil }
        let tool = family == .ipv4 ? "iptables-legacy" : "ip6tables-legacy"
        return "\(tool) holds tables of its own (\(tables.joined(separator: ", "))) beside nf_tables: packets pass "
            + "both, and a drop or a translation there can't be seen by \(family == .ipv4 ? "iptables" : "ip6tables")"
            + "-nft; look with `\(tool)-save`, and move all programs to one of the two"
    }
}
