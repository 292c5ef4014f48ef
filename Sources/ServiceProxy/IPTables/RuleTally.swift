/// How many rules our chains hold, jumps from base chains not counted: kube-proxy has metrics of it.
struct RuleTally: Hashable, Sendable {
    /// The rules of the Service ports' own chains, all in table nat.
    var own = 0
    /// The rules of the chains that all ports share.
    var top: [TopChain: Int] = [:]

    /// The rules of a table.
    func count(_ table: IPTablesTable) -> Int {
        top.reduce(table == .nat ? own : 0) { $0 + ($1.key.table == table ? $1.value : 0) }
    }
}
