import NFTables
import NFTablesInspect

/// Takes chains out of a table that others use too: first what leads to them, then what is in them.
struct ChainRemoval {
    private(set) var transaction = Transaction()
    private(set) var findings: [Finding] = []
    private let table: TableListing
    private let roles: [String: ForeignNames.Role]
    private var going: [String: (owner: String, reason: String)] = [:]

    /// The base chains in which the plugins and flannel put their jumps; those of others are left alone.
    private static let entries: Set = ["PREROUTING", "OUTPUT", "POSTROUTING", "FORWARD"]

    init(_ table: TableListing, _ roles: [String: ForeignNames.Role]) {
        self.table = table
        self.roles = roles
    }

    /// Whether a chain is to go.
    func goes(_ chain: String) -> Bool { going[chain] != nil }

    mutating func remove(_ chain: String, owner: String = "", reason: String) { going[chain] = (owner, reason) }

    /// Makes the transaction.
    mutating func finish() {
        var held: [String: String] = [:]
        for rule in table.rules {
            guard let target = rule.target, goes(target), !goes(rule.chain) else { continue }
            if Self.entries.contains(rule.chain) || roles[rule.chain] != nil {
                transaction.delete(Rule(table.id, rule.chain, handle: rule.handle))
            } else {
                held[target] = rule.chain
            }
        }
        let names = going.keys.sorted()
        for chain in names { transaction.flush(Chain(table.id, chain)) }
        for chain in names {
            guard let (owner, reason) = going[chain] else { continue }
            let name = "\(table.id) \(chain)"
            if let user = held[chain] {
                findings.append(
                    Finding(.chain, name, owner: owner, .kept, "left empty, as chain \(user) leads to it: \(reason)")
                )
            } else {
                transaction.delete(Chain(table.id, chain))
                findings.append(Finding(.chain, name, owner: owner, .leftover, reason))
            }
        }
    }
}
