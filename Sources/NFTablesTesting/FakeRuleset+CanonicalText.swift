public import NFTables

extension FakeRuleset {
    /// Everything in a table, sorted: equal for equal tables.
    ///
    /// - Parameters:
    ///   - table: the table.
    ///   - filled: the sets that packets fill, which are left out.
    /// - Returns: a line for each object, indented below what it is in.
    public func canonicalText(of table: TableID, without filled: Set<String> = []) -> String {
        var lines = [self.table(table).map { "\($0) \($0.comment ?? "")" } ?? "none"]
        for set in sets(of: table) ?? [] where !filled.contains(set) {
            lines.append("set \(set)")
            lines += (elements(of: set, in: table) ?? []).map { "  \($0)" }.sorted()
        }
        for chain in chains(of: table) ?? [] {
            lines.append("chain \(chain)")
            lines += (rules(of: chain, in: table) ?? []).map { "  \($0.text)" }
        }
        return lines.joined(separator: "\n")
    }
}
