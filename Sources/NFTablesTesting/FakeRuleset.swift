public import NFTables

/// nf_tables in memory: takes the transactions that the kernel takes, refuses what it refuses with the same codes, and
/// says what its rules do to a packet.
public struct FakeRuleset: NFTablesCommitting, Sendable {
    var tables: [TableID: FakeTable] = [:]
    /// How many transactions were made.
    public private(set) var generation: UInt32 = 1
    var nextHandle: UInt64 = 1

    /// No table.
    public init() {}

    /// Makes all changes or none.
    public mutating func commit(_ transaction: Transaction) throws(NFTablesError) {
        var next = self
        for (index, operation) in transaction.operations.enumerated() {
            do throws(NFTablesError) {
                try next.apply(operation)
            } catch {
                var located = error
                located.operationIndex = index
                throw located
            }
        }
        try next.checkReferences()
        next.generation += 1
        self = next
    }

    /// The names of a table's chains, sorted; nil when there is no such table.
    public func chains(of table: TableID) -> [String]? { tables[table].map { $0.chains.keys.sorted() } }

    /// The names of a table's sets and maps, sorted; nil when there is no such table.
    public func sets(of table: TableID) -> [String]? { tables[table].map { $0.sets.keys.sorted() } }

    /// The elements of a set or map, sorted by key; nil when there is no such set.
    public func elements(of set: String, in table: TableID) -> [SetElement]? {
        tables[table]?.sets[set].map { $0.elements.values.sorted { $0.key < $1.key } }
    }

    /// The rules of a chain; nil when there is no such chain.
    public func rules(of chain: String, in table: TableID) -> [Rule]? {
        tables[table]?.chains[chain].map { $0.rules.map(\.rule) }
    }

    /// The numbers of a chain's rules, in order; nil when there is no such chain.
    public func handles(of chain: String, in table: TableID) -> [UInt64]? {
        tables[table]?.chains[chain].map { $0.rules.map(\.handle) }
    }

    /// A chain's declaration; nil when there is none.
    public func chain(_ name: String, in table: TableID) -> Chain? { tables[table]?.chains[name]?.declaration }

    /// A table's declaration; nil when there is none.
    public func table(_ id: TableID) -> Table? { tables[id]?.declaration }
}

struct FakeTable: Sendable {
    var declaration: Table
    var chains: [String: FakeChain] = [:]
    var sets: [String: FakeSet] = [:]
}

struct FakeChain: Sendable {
    var declaration: Chain
    var rules: [FakeRule] = []
}

struct FakeRule: Sendable {
    let handle: UInt64
    let rule: Rule
    let compiled: CompiledRule
}

struct FakeSet: Sendable {
    var declaration: NamedSet
    var elements: [ElementValue: SetElement] = [:]

    /// The element for a key as it is in the registers, by equality or by interval.
    func element(for key: ElementValue) -> SetElement? {
        guard declaration.flags.contains(.interval) else { return elements[key] }
        return elements.values.first { $0.covers(key, in: declaration) }
    }
}

extension SetElement {
    /// Whether a key is within the interval; in a concatenation every field has to be.
    ///
    /// Rules turn numbers in host order before they look into a set of intervals, and the kernel keeps them turned.
    func covers(_ key: ElementValue, in set: NamedSet) -> Bool {
        let low = set.storedKey(self.key).bytes
        let high = set.storedKey(keyEnd ?? self.key).bytes
        let value = key.bytes
        var offset = 0
        for field in set.key.components {
            let range = offset..<offset + field.length
            if value[range].lexicographicallyPrecedes(low[range]) || high[range].lexicographicallyPrecedes(value[range])
            {
                return false
            }
            offset += (field.length + 3) / 4 * 4
        }
        return true
    }
}
