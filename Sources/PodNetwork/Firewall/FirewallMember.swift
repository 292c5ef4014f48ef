import NFTables
import NetworkTypes

/// An attachment's part in the firewall.
///
/// A host whose forwarding drops what nobody lets through (`iptables -P FORWARD DROP`, as Docker sets it) has a rule of
/// accepting for each of the network's subnets, in a chain of iptables' own table: an accept elsewhere doesn't count there.
/// The subnets' rules are there as long as the network has a member.
struct FirewallMember: Hashable, Sendable {
    /// Whose it is.
    let id: AttachmentID
    /// The policy and the administrator's chain.
    let configuration: FirewallConfiguration
    /// The container's subnets.
    let subnets: [IPPrefix]
    /// The bridge; nil without one.
    let bridge: String?

    /// The table's comment: says whose it is, and the version of its layout.
    static let comment = "weft-cni firewall 1"

    /// The table that knows a network's members.
    static func table(_ network: String) -> Table { Table(.inet, "weft-firewall-\(network)", comment: comment) }

    /// The members, by the name that is derived from container and interface.
    static func members(_ network: String) -> NamedSet {
        NamedSet(table(network).id, "members", key: [.interfaceName])
    }

    /// Who it is in `members`.
    var element: SetElement {
        SetElement(ElementValue(.interfaceName(id.hostInterfaceName)), comment: id.elementComment)
    }

    /// Adds it to a table that is there.
    var addition: Transaction {
        var transaction = Transaction()
        transaction.add([element], to: Self.members(id.network))
        return transaction
    }

    /// Makes the table with it.
    var creation: Transaction {
        var transaction = Transaction()
        transaction.add(Self.table(id.network))
        transaction.add(Self.members(id.network))
        transaction.append(addition)
        return transaction
    }

    /// The rules for its network.
    var rules: [ForwardRule] { subnets.flatMap { ForwardRule.pair($0.masked, network: id.network) } }
}
