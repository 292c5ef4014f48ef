import NFTables
import NetworkTypes

/// The rules that drop frames which a container sends under another link address than its own (`macspoofchk`).
///
/// There is one table a network, with two rules; a container is two elements: its port, and the pair of port and address
/// that is allowed.
struct SenderRules: RuleSet, Hashable, Sendable {
    /// Whose port it is.
    let id: AttachmentID
    /// The port's name.
    let port: String
    /// The address that the container has.
    let mac: MACAddress

    /// The table's comment: says whose it is, and the version of its layout.
    static let comment = "weft-cni senders 1"

    /// The table of a network.
    static func table(_ network: String) -> Table { Table(.bridge, "weft-senders-\(network)", comment: comment) }

    /// The ports that are looked at.
    static func ports(_ network: String) -> NamedSet {
        NamedSet(table(network).id, "ports", key: [.interfaceName])
    }

    /// The senders that are allowed.
    static func allowed(_ network: String) -> NamedSet {
        NamedSet(table(network).id, "allowed", key: [.interfaceName, .etherAddress])
    }

    var tables: [Table] { [Self.table(id.network)] }

    var addition: Transaction {
        var transaction = Transaction()
        // Allowed first: with the port alone, nothing would be.
        transaction.add(
            [SetElement(ElementValue(.interfaceName(port), .etherAddress(mac)), comment: id.elementComment)],
            to: Self.allowed(id.network)
        )
        transaction.add(
            [SetElement(ElementValue(.interfaceName(port)), comment: id.elementComment)],
            to: Self.ports(id.network)
        )
        return transaction
    }

    var creation: Transaction {
        let (table, ports, allowed) = (Self.table(id.network), Self.ports(id.network), Self.allowed(id.network))
        // Before every other filter of bridged frames.
        let chain = Chain(table.id, "senders", base: BaseChain(.filter, .prerouting, priority: -300))
        var transaction = Transaction()
        transaction.add(table)
        transaction.add(ports)
        transaction.add(allowed)
        transaction.create(chain)
        let incoming = Selector.meta(.inputInterfaceName)
        transaction.add(
            Rule(
                chain,
                [
                    .member([incoming], of: .named(ports)),
                    .member([incoming, .payload(.etherSource)], of: .named(allowed), isInverted: true), .drop,
                ]
            )
        )
        transaction.append(addition)
        return transaction
    }

    var replacement: Transaction? { nil }

    var expected: [(fault: String, keys: [ElementValue], set: NamedSet)] {
        [
            (
                "the rules against false senders (macspoofchk) don't know \(port)",
                [ElementValue(.interfaceName(port))], Self.ports(id.network)
            ),
            (
                "\(mac) is not allowed as a sender on \(port) (macspoofchk)",
                [ElementValue(.interfaceName(port), .etherAddress(mac))], Self.allowed(id.network)
            ),
        ]
    }
}

extension AttachmentID {
    /// The comment of set elements that are an attachment's: DEL and GC find them by its first word.
    var elementComment: String { "\(hostInterfaceName) \(containerID):\(interface)" }
}
