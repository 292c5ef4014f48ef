import NFTables
import NetworkTypes

extension IPTablesContent {
    /// What `iptables-save` prints of it, table by table: what `iptables-restore` takes.
    var savedText: String {
        let own = ports.sorted { $0.key < $1.key }.flatMap { rules($0.value)?.chains() ?? [] }
        let tops = topChains()
        return IPTablesTable.allCases.map { table in
            let jumps = BaseJump.all.filter { $0.table == table }.map { ($0.chain, [$0.rule]) }
            let shared = tops.filter { $0.chain.table == table }.map { ($0.chain.name, $0.rules) }
            let chains = shared + (table == .nat ? own.map { ($0.name, $0.rules) } : [])
            let names = chains.map(\.0).sorted().map { ":\($0) - [0:0]" }
            let lines = (jumps + chains.sorted { $0.0 < $1.0 }).flatMap { name, rules in
                rules.map { "-A \(name) \($0.text(options.family))" }
            }
            return (["*\(table.rawValue)"] + names + lines + ["COMMIT", ""]).joined(separator: "\n")
        }.joined()
    }
}
