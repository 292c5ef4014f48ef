public import JSONTree

extension Migration.Report {
    /// For people: a line for each finding, and how many there are.
    public var table: String {
        var lines = notes.map { "note: \($0)" }
        guard !findings.isEmpty else {
            return (lines + ["nothing of the reference plugins or of flannel is here"]).joined(separator: "\n")
        }
        let rows =
            [["STATE", "KIND", "NAME", "OWNER", "REASON"]]
            + findings.map { [$0.state.rawValue, $0.kind.rawValue, $0.name, shortened($0.owner), $0.reason] }
        let widths = (0..<4).map { column in rows.map { $0[column].count }.max() ?? 0 }
        lines += rows.map { row in
            zip(row, widths).map { $0 + String(repeating: " ", count: $1 - $0.count + 2) }.joined() + row[4]
        }
        return (lines + [summary]).joined(separator: "\n")
    }

    /// For programs: `findings` and `notes`.
    public var json: JSONValue {
        ["findings": .array(findings.map(\.json)), "notes": JSONValue(notes)]
    }

    private var summary: String {
        let order: [Finding.State] = [.leftover, .removed, .kept, .failed]
        return order.compactMap { state in
            let count = findings.count { $0.state == state }
            return count == 0 ? nil : "\(count) \(state.rawValue)"
        }.joined(separator: ", ")
    }

    /// As container runtimes show ids.
    private func shortened(_ owner: String) -> String { owner.count > 40 ? String(owner.prefix(12)) : owner }
}
