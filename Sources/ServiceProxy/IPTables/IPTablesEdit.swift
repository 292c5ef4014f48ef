import NFTables

/// What is to be changed about chains that other programs share, as a whole.
struct IPTablesEdit: Sendable {
    /// A chain of a table.
    struct Place: Hashable, Sendable {
        var table: IPTablesTable
        var chain: String

        init(_ table: IPTablesTable, _ chain: String) {
            self.table = table
            self.chain = chain
        }

        init(_ top: TopChain) { self.init(top.table, top.name) }
    }

    private let options: IPTablesOptions
    private var newTables: [IPTablesTable] = []
    private var newBaseChains: [Place] = []
    private var newChains: [Place] = []
    private var flushed: [Place] = []
    private var rules: [(place: Place, rules: [IPTablesRule])] = []
    private var jumps: [(place: Place, rule: IPTablesRule)] = []
    private var deleted: [Place] = []
    /// How many rules there are after the change.
    var tally = RuleTally()

    init(_ options: IPTablesOptions) { self.options = options }

    var isEmpty: Bool {
        newTables.isEmpty && newBaseChains.isEmpty && newChains.isEmpty && flushed.isEmpty && jumps.isEmpty
            && deleted.isEmpty
    }

    /// How many rules are written.
    var ruleCount: Int { rules.reduce(jumps.count) { $0 + $1.rules.count } }

    /// How many rules are written into chains of ours, of a table.
    func ruleCount(_ table: IPTablesTable) -> Int {
        rules.reduce(0) { $0 + ($1.place.table == table ? $1.rules.count : 0) }
    }

    /// Makes a table that is not there.
    mutating func make(_ table: IPTablesTable) { newTables.append(table) }

    /// Makes a base chain that is not there.
    mutating func makeBaseChain(_ place: Place) { newBaseChains.append(place) }

    /// Makes a chain that is not there.
    mutating func make(_ place: Place, _ content: [IPTablesRule]) {
        newChains.append(place)
        if !content.isEmpty { rules.append((place, content)) }
    }

    /// Gives a chain that is there other rules.
    mutating func rewrite(_ place: Place, _ content: [IPTablesRule]) {
        flushed.append(place)
        if !content.isEmpty { rules.append((place, content)) }
    }

    /// Removes a chain that is there.
    mutating func delete(_ place: Place) {
        flushed.append(place)
        deleted.append(place)
    }

    /// Puts a rule first in a chain; of several the last one comes to stand first.
    mutating func prepend(_ rule: IPTablesRule, to place: Place) { jumps.append((place, rule)) }

    /// The changes in an order that the kernel takes: a chain must be there before a rule leads to it, and nothing
    /// may lead to one that goes.
    func transaction() -> Transaction {
        var transaction = Transaction()
        transaction.reserveCapacity(newChains.count + flushed.count + deleted.count + ruleCount + 16)
        for table in newTables { transaction.add(Table(options.table(table))) }
        for place in newBaseChains {
            // Somebody may have made the same at the same time: its policy stays its maker's.
            if let chain = BaseJump.baseChain(options.table(place.table), place.chain) { transaction.create(chain) }
        }
        for place in newChains { transaction.create(chain(place)) }
        for place in flushed { transaction.flush(chain(place)) }
        for (place, content) in rules {
            let table = options.table(place.table)
            for rule in content { transaction.add(rule.rule(table, place.chain)) }
        }
        for (place, rule) in jumps {
            transaction.insert(rule.rule(options.table(place.table), place.chain))
        }
        for place in deleted { transaction.delete(chain(place)) }
        return transaction
    }

    private func chain(_ place: Place) -> Chain { Chain(options.table(place.table), place.chain) }
}
