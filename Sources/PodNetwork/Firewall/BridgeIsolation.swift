import NFTables

/// The rules that keep the containers of bridges with an ingress policy from connecting to each other: one table for all
/// networks, with two rules and an element or two for each bridge.
struct BridgeIsolation: Hashable, Sendable {
    /// The bridge.
    let bridge: String
    /// Whether the containers of the bridge may reach each other.
    let allowsSameBridge: Bool
    /// The network's name.
    let network: String

    /// The table.
    static let table = Table(.inet, "weft-isolation", comment: "weft-cni isolation 1")
    /// The bridges.
    static let bridges = NamedSet(table.id, "bridges", key: [.interfaceName])
    /// The ways that are allowed all the same: from a bridge to itself.
    static let allowed = NamedSet(table.id, "allowed", key: [.interfaceName, .interfaceName])

    /// Adds the bridge, making the table where it is missing.
    func addition(isTableThere: Bool) -> Transaction {
        var transaction = Transaction()
        if !isTableThere { transaction.append(Self.creation) }
        let name = Field.interfaceName(bridge)
        if allowsSameBridge {
            transaction.add(
                [SetElement(ElementValue(name, name), comment: ForwardRule.owner(network))],
                to: Self.allowed
            )
        }
        transaction.add([SetElement(ElementValue(name), comment: ForwardRule.owner(network))], to: Self.bridges)
        return transaction
    }

    private static var creation: Transaction {
        var transaction = Transaction()
        let chain = Chain(table.id, "forward", base: BaseChain(.filter, .forward, priority: .filter))
        let (from, to) = (Selector.meta(.inputInterfaceName), Selector.meta(.outputInterfaceName))
        transaction.create(table)
        transaction.add(bridges)
        transaction.add(allowed)
        transaction.create(chain)
        transaction.add(
            Rule(
                chain,
                [
                    .member([from], of: .named(bridges)), .member([to], of: .named(bridges)),
                    .member([from, to], of: .named(allowed), isInverted: true), .drop,
                ]
            )
        )
        return transaction
    }

    /// Takes a network's bridges out, and the table with the last of them.
    static func removal(
        network: String,
        _ connection: inout NFTablesConnection
    ) throws(NFTablesError) -> Transaction {
        var transaction = Transaction()
        guard let present = try connection.elements(of: bridges) else { return transaction }
        let stale = present.filter { $0.comment == ForwardRule.owner(network) }
        if stale.count == present.count {
            transaction.delete(table)
            return transaction
        }
        transaction.delete(stale, from: bridges)
        let ways = try connection.elements(of: allowed) ?? []
        transaction.delete(ways.filter { $0.comment == ForwardRule.owner(network) }, from: allowed)
        return transaction
    }
}
