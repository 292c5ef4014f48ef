public import JSONTree

/// The demo's result: every check, as an aligned table or as JSON.
public struct Report: Sendable {
    /// The service proxy's mode that they were made in.
    public let mode: DemoOptions.Mode
    /// The node network that they were made over.
    public let network: DemoOptions.Network
    /// How many nodes there were.
    public let nodes: Int
    /// The checks, in the order in which they were made.
    public internal(set) var checks: [Check] = []

    /// An empty report.
    public init(mode: DemoOptions.Mode, network: DemoOptions.Network, nodes: Int) {
        self.mode = mode
        self.network = network
        self.nodes = nodes
    }

    /// Whether every check holds, and there is at least one.
    public var holds: Bool { !checks.isEmpty && checks.allSatisfy(\.holds) }

    /// For people: what was tried, and a table with a mark, what, expected, seen, how long.
    public var table: String {
        let header = ["", "WHAT", "EXPECTED", "SEEN", "TIME"]
        let rows = checks.map { check in
            [check.holds ? "ok" : "FAIL", check.what, check.expected, check.seen, duration(check.milliseconds)]
        }
        let widths = header.indices.map { column in ([header] + rows).map { $0[column].count }.max() ?? 0 }
        let title = "mode \(mode.rawValue), network \(network.rawValue), \(nodes) node\(nodes == 1 ? "" : "s")"
        return ([title] + ([header] + rows).map { row in line(row, widths) }).joined(separator: "\n")
    }

    /// `{"mode":…,"network":…,"nodes":…,"holds":…,"checks":[{"what":…}]}` for programs.
    public var json: JSONValue {
        .object([
            "mode": .string(mode.rawValue), "network": .string(network.rawValue), "nodes": JSONValue(nodes),
            "holds": .bool(holds),
            "checks": .array(
                checks.map { check in
                    .object([
                        "what": .string(check.what), "expected": .string(check.expected), "seen": .string(check.seen),
                        "holds": .bool(check.holds), "milliseconds": .number(check.milliseconds),
                    ])
                }
            ),
        ])
    }

    private func line(_ row: [String], _ widths: [Int]) -> String {
        // The last column holds numbers and is aligned to the right.
        let cells = row.enumerated().map { column, cell in
            let padding = String(repeating: " ", count: widths[column] - cell.count)
            return column == row.count - 1 ? padding + cell : cell + padding
        }
        return cells.joined(separator: "  ")
    }
}

/// `850 ms`, `2.3 s`.
func duration(_ milliseconds: Double) -> String {
    if milliseconds < 1000 { return "\(Int(milliseconds.rounded())) ms" }
    let tenths = Int((milliseconds / 100).rounded())
    return "\(tenths / 10).\(tenths % 10) s"
}
