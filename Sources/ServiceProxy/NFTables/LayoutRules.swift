import NFTables
import NetworkTypes
import ServicePlan

/// How the rules of the table depend on the node.
struct LayoutOptions: Hashable, Sendable {
    var family: IPFamily
    /// How local pods are told.
    var localDetector: LocalDetector
    /// The bit of the packet mark that asks for masquerade.
    var masqueradeMark: UInt32
    /// Node ports are taken on these addresses only; nil: on every address of the node but loopback.
    var nodePortAddresses: [IPAddress]?
    /// The table's name.
    var tableName = "weft"

    var table: TableID { TableID(TableFamily(family), tableName) }
}

/// A chain with its rules.
///
/// Whatever depends on Services is in maps, so the name tells what is in the chain.
struct LayoutChain: Hashable, Sendable {
    struct Line: Hashable, Sendable {
        var statements: [Statement]
        var comment: String?

        init(_ statements: [Statement], _ comment: String? = nil) {
            self.statements = statements
            self.comment = comment
        }
    }

    var name: String
    var base: BaseChain?
    var comment: String?
    var lines: [Line]
    /// The chains that its rules go to, beside lasting ones.
    var targets: [String] = []
    /// Whether it is kept when nothing goes to it any more.
    var isLasting = true
}

/// The vocabulary of the table's rules for one family.
struct LayoutRules: Sendable {
    let options: LayoutOptions

    var family: IPFamily { options.family }
    var source: Selector { .sourceAddress(family) }
    var destination: Selector { .destinationAddress(family) }
    /// The frontend with an address that a packet is for.
    var frontend: [Selector] { [destination, .transportProtocol, .destinationPort] }
    /// The node port that a packet is for.
    var nodePort: [Selector] { [.transportProtocol, .destinationPort] }

    func set(_ set: LayoutSet) -> NamedSet { set.declaration(options.table, family) }

    /// nft 1.0.6 can't list a map's result as a part of a key, so results pass through a field of the packet.
    ///
    /// The priority serves for it: forwarding writes it anew anyway, and ``base`` clears it for the node's own
    /// packets.
    func look(_ key: [Selector], up map: LayoutSet) -> Statement { .setPriority(key, map: set(map)) }

    func dispatch(_ map: LayoutSet) -> Statement { .verdictMap([.priority], .named(set(map))) }

    func isMember(_ key: [Selector], of collection: LayoutSet, not: Bool = false) -> Statement {
        .member(key, of: .named(set(collection)), isInverted: not)
    }

    /// Leads to the endpoint that a map has for the packet's priority.
    func translate(_ map: LayoutSet) -> [Statement] {
        [
            .transport(in: [.tcp, .udp, .sctp]),
            .translate(.destination, family, .operand(.lookup([.priority], set(map)))),
        ]
    }

    var markForMasquerade: Statement { .setMark(bits: options.masqueradeMark) }

    /// Matches clients that are local pods (or all others); nil when they can't be told.
    func isLocalPod(not: Bool = false) -> Statement? {
        guard options.localDetector.isImplemented(family) else { return nil }
        switch options.localDetector {
        case .none: return nil
        case .sourcePrefixes:
            return options.localDetector.sourcePrefix(family).map { .prefix(source, $0, isInverted: not) }
        case .interface(let name):
            return .compare(.meta(.inputInterfaceName), not ? .notEqual : .equal, .interfaceName(name))
        case .interfacePrefix(let prefix):
            return .compare(.meta(.inputInterfaceName), not ? .notEqual : .equal, Field(bytes: prefix.utf8))
        }
    }
}
