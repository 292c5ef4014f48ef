import NFTables
import NetworkTypes
import ServicePlan

/// How the rules depend on the node.
struct IPTablesOptions: Hashable, Sendable {
    var family: IPFamily
    /// How local pods are told.
    var localDetector: LocalDetector
    /// The bit of the packet mark that asks for masquerade.
    var masqueradeMark: UInt32
    /// Node ports are taken on these addresses only; nil: on every address of the node but loopback.
    var nodePortAddresses: [IPAddress]?
    /// Whether node ports are taken on loopback addresses, too, and new packets from elsewhere to these are dropped.
    var takesLoopbackNodePorts = false
    /// Whether forwarded packets that connection tracking can't place are dropped: where it isn't told to be liberal,
    /// such a packet would leave untranslated and end the connection (kubernetes issue 74839).
    var dropsInvalid: Bool

    /// A table that iptables-nft shares.
    func table(_ name: IPTablesTable) -> TableID { TableID(TableFamily(family), name.rawValue) }

    /// The loopback addresses, whose answers leave the node only with ``LoopbackRouting``.
    var loopback: IPPrefix {
        IPPrefix(address: .loopback(family), length: family == .ipv4 ? 8 : 128)?.masked ?? .all(family)
    }

    /// What tells local pods (or all others) in a rule; nil when they can't be told.
    func localPod(not: Bool = false) -> LocalPodMatch? {
        guard localDetector.isImplemented(family) else { return nil }
        switch localDetector {
        case .none: return nil
        case .sourcePrefixes:
            return localDetector.sourcePrefix(family).map { .source(IPTablesRule.AddressMatch($0, isInverted: not)) }
        case .interface(let name):
            return .input(IPTablesRule.InterfaceMatch(name: name, isPrefix: false, isInverted: not))
        case .interfacePrefix(let prefix):
            return .input(IPTablesRule.InterfaceMatch(name: prefix, isPrefix: true, isInverted: not))
        }
    }
}

/// What tells a local pod in a rule.
enum LocalPodMatch: Hashable, Sendable {
    case source(IPTablesRule.AddressMatch)
    case input(IPTablesRule.InterfaceMatch)
}

extension IPTablesRule {
    /// The rule for local pods only, or for all others, as the match says.
    func matching(_ localPod: LocalPodMatch) -> IPTablesRule {
        var rule = self
        switch localPod {
        case .source(let match): rule.source = match
        case .input(let match): rule.input = match
        }
        return rule
    }
}
