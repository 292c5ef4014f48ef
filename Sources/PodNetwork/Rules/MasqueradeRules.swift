import NFTables
import NetworkTypes

/// The rules that give what leaves a network the host's address.
///
/// There is one table a network and family, one rule in it, and the network's subnets as a set. Nothing of it is a
/// container's, so an ADD finds it done and a DEL leaves it, but for the network's last. What stays within the network's
/// subnets, and multicast, keeps its address, as with the reference.
struct MasqueradeRules: RuleSet, Hashable, Sendable {
    /// The network's name.
    let network: String
    /// Its subnets.
    let subnets: [IPPrefix]

    /// The table's comment: says whose it is, and the version of its layout.
    static let comment = "weft-cni masquerade 1"

    /// The families of the subnets.
    var families: [IPFamily] { IPFamily.allCases.filter { family in subnets.contains { $0.family == family } } }

    private func table(_ family: IPFamily) -> Table {
        Table(TableFamily(family), "weft-cni-\(network)", comment: Self.comment)
    }

    var tables: [Table] { families.map(table) }

    /// The set of the subnets of a family.
    func set(_ family: IPFamily) -> NamedSet {
        NamedSet(table(family).id, "subnets", key: [.address(family)], flags: .interval)
    }

    private func elements(_ family: IPFamily) -> [SetElement] {
        subnets.filter { $0.family == family }.map { subnet in
            SetElement(ElementValue(.address(subnet.first)), through: ElementValue(.address(subnet.last)))
        }
    }

    /// Adds the subnets to tables that are there.
    ///
    /// When they are in them, the kernel has nothing to do, and no commit.
    var addition: Transaction {
        var transaction = Transaction()
        for family in families { transaction.add(elements(family), to: set(family)) }
        return transaction
    }

    /// Puts the subnets in the place of others, with which they may overlap.
    var replacement: Transaction? {
        var transaction = Transaction()
        for family in families {
            transaction.flush(set(family))
            transaction.add(elements(family), to: set(family))
        }
        return transaction
    }

    /// Makes the tables; fails when one of their chains is there, so that no rule is ever there twice.
    var creation: Transaction {
        var transaction = Transaction()
        for family in families {
            let (table, set) = (table(family), set(family))
            let chain = Chain(
                table.id,
                "postrouting",
                base: BaseChain(.nat, .postrouting, priority: .sourceNAT)
            )
            transaction.add(table)
            transaction.add(set)
            transaction.create(chain)
            transaction.add(
                Rule(
                    chain,
                    [
                        .member([.sourceAddress(family)], of: .named(set)),
                        .member([.destinationAddress(family)], of: .named(set), isInverted: true),
                        .prefix(.destinationAddress(family), Self.multicast(family), isInverted: true),
                        .masquerade(.fullyRandom),
                    ]
                )
            )
            transaction.add(elements(family), to: set)
        }
        return transaction
    }

    var expected: [(fault: String, keys: [ElementValue], set: NamedSet)] {
        families.map { family in
            let keys = subnets.filter { $0.family == family }.map { ElementValue(.address($0.first)) }
            return ("the masquerade rules for \(family) are gone", keys, set(family))
        }
    }

    /// The tables of both families.
    static func tables(_ network: String) -> [Table] {
        IPFamily.allCases.map { Table(TableFamily($0), "weft-cni-\(network)", comment: comment) }
    }

    /// Removes the tables of both families, where they are there.
    static func removal(network: String) -> Transaction {
        var transaction = Transaction()
        for table in tables(network) { transaction.destroy(table) }
        return transaction
    }

    private static func multicast(_ family: IPFamily) -> IPPrefix {
        let address: IPAddress =
            family == .ipv4 ? .v4(IPv4Address(224, 0, 0, 0)) : .v6(IPv6Address(high: 0xff << 56, low: 0))
        return IPPrefix(address: address, length: family == .ipv4 ? 4 : 8) ?? .all(family)
    }
}
