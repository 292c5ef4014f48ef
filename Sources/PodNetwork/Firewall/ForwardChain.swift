import NFTables
import NetworkTypes

/// What iptables' table `filter` of one family has of ours, and what is to change about it.
struct ForwardChain {
    /// The family.
    let family: IPFamily
    /// Whether the table has the chain that the kernel calls.
    private let hasBase: Bool
    /// Whether that chain leads to ours.
    private let hasJump: Bool
    /// Whether ours is there, and leads to the administrator's.
    private let isThere: Bool
    private let rules: [Rule]
    private let administrators: Set<String>

    /// Our chain's name.
    static let name = "WEFT-CNI-FORWARD"
    private static let jumpComment = "weft-cni containers"
    private static let administratorComment = "chain of the administrator:"

    private static func table(_ family: IPFamily) -> Table { Table(TableFamily(family), "filter") }

    private static func base(_ family: IPFamily) -> Chain {
        Chain(table(family).id, "FORWARD", base: BaseChain(.filter, .forward, priority: .filter))
    }

    private static func own(_ family: IPFamily) -> Chain { Chain(table(family).id, name) }

    /// Reads what is there.
    init(_ family: IPFamily, _ connection: inout NFTablesConnection) throws(NFTablesError) {
        self.family = family
        hasBase = try connection.has(Self.base(family))
        hasJump = try connection.rules(of: Self.base(family)).contains { $0.comment == Self.jumpComment }
        isThere = try connection.has(Self.own(family))
        rules = try connection.rules(of: Self.own(family))
        administrators = Set(
            rules.compactMap(\.comment).filter { $0.hasPrefix(Self.administratorComment) }
                .map { String($0.dropFirst(Self.administratorComment.count + 1)) }
        )
    }

    /// Whether a rule is there, and packets come to it.
    func has(_ rule: ForwardRule) -> Bool { hasJump && rules.contains { $0.comment == rule.comment } }

    /// What is missing.
    func addition(_ wanted: [ForwardRule], administrator: String) -> Transaction {
        var transaction = Transaction()
        let (base, own) = (Self.base(family), Self.own(family))
        if !hasBase {
            transaction.add(Self.table(family))
            transaction.create(base)
        }
        if !isThere { transaction.create(own) }
        if !administrators.contains(administrator) {
            transaction.add(Chain(own.table, administrator))
            let comment = "\(Self.administratorComment) \(administrator)"
            transaction.insert(ForwardRule.jump(own, to: administrator, comment))
        }
        for rule in wanted where !rules.contains(where: { $0.comment == rule.comment }) {
            transaction.add(rule.rule(own))
        }
        if !hasJump { transaction.insert(ForwardRule.jump(base, to: Self.name, Self.jumpComment)) }
        return transaction
    }

    /// Takes a network's rules away; our chain and its jump stay, as iptables' own chains do, but for the last network's.
    func removal(network: String, _ connection: inout NFTablesConnection) throws(NFTablesError) -> Transaction {
        var transaction = Transaction()
        let owner = ForwardRule.owner(network)
        let stale = rules.filter { $0.comment?.hasPrefix(owner) == true }
        guard !stale.isEmpty || isThere else { return transaction }
        let others = rules.count { rule in
            rule.comment?.hasPrefix(owner) != true && rule.comment?.hasPrefix(Self.administratorComment) != true
        }
        guard others == 0 else {
            for rule in stale { transaction.delete(rule) }
            return transaction
        }
        let jumps = try connection.rules(of: Self.base(family)).filter { $0.comment == Self.jumpComment }
        for jump in jumps { transaction.delete(jump) }
        transaction.flush(Self.own(family))
        transaction.delete(Self.own(family))
        return transaction
    }
}
