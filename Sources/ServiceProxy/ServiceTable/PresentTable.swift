import NFTables
import NFTablesInspect
import NetworkTypes

/// What the kernel has under our table's name, as far as it matters for taking it over.
struct PresentTable: Sendable {
    /// The table's comment, which names its layout.
    var comment: String?
    /// The rules of each chain, as ``Rule/comparableText`` has them.
    var chains: [String: [String]] = [:]
    /// The elements of each set that is not a rule's own and not filled by packets.
    var sets: [String: [SetElement]] = [:]
    /// The highest endpoint number that a client is remembered with.
    var highestRememberedNumber: UInt32 = 0
    /// Which clients are remembered, each for the time that is left.
    var remembered: @Sendable () -> [SetElement] = { [] }
}

extension PresentTable {
    /// Takes a table as libnftnl reads it.
    init(_ table: InspectedTable) {
        comment = table.comment
        for chain in table.chains { chains[chain.name] = chain.rules.map(\.comparableText) }
        for set in table.sets where !set.isAnonymous {
            guard !set.isDynamic else {
                highestRememberedNumber = set.elements.compactMap(\.number).max() ?? 0
                sets[set.name] = []
                remembered = { set.elements.compactMap { SetElement(remembered: $0) } }
                continue
            }
            sets[set.name] = set.elements.map { SetElement($0) }
        }
    }
}

extension InspectedElement {
    /// The number that a map has for the key.
    fileprivate var number: UInt32? {
        guard case .data(let bytes) = value else { return nil }
        return ElementValue(bytes: bytes).host32
    }
}

extension SetElement {
    /// Nil for what is about to go.
    fileprivate init?(remembered element: InspectedElement) {
        guard let left = element.expiration, left > 0 else { return nil }
        self.init(element)
        timeout = left
    }
}
