import ClusterModel
import NFTables
import NetworkTypes

/// The sets and maps of the policy table; docs/ARCHITECTURE.md tells how a packet passes them.
enum PolicySet: Hashable, Sendable {
    /// A pod's address to the number of its peer.
    case identity
    /// An isolated pod's address to the chain of what may come in.
    case ingress
    /// An isolated pod's address to the chain of what may go out.
    case egress
    /// Addresses of isolated pods, paired with themselves: a pod that reaches itself by a Service.
    case itself
    /// Addresses of isolated pods.
    case isolated
    /// Addresses whose pods' rules are not in yet. weft-cni adds to it.
    case hold
    /// What a chain allows.
    case chain(NetworkPolicy.Direction, UInt32, ChainSet)

    /// The sets that are always there, in the order of the listing.
    static let fixed: [PolicySet] = [.identity, .ingress, .egress, .itself, .isolated, .hold]

    /// The name of a chain.
    static func chainName(_ direction: NetworkPolicy.Direction, _ number: UInt32) -> String {
        "\(direction == .ingress ? "in" : "out")-\(number)"
    }

    /// The set's name in the table.
    var name: String {
        switch self {
        case .identity: "identity"
        case .ingress: "ingress"
        case .egress: "egress"
        case .itself: "self"
        case .isolated: "isolated"
        case .hold: "hold"
        case .chain(let direction, let number, let set): "\(Self.chainName(direction, number))-\(set.rawValue)"
        }
    }

    /// The set of a name; nil if the layout has none such.
    init?(name: String) {
        if let fixed = Self.fixed.first(where: { $0.name == name }) {
            self = fixed
            return
        }
        let parts = name.split(separator: "-", maxSplits: 2)
        guard parts.count == 3, let number = UInt32(parts[1]), let set = ChainSet(rawValue: String(parts[2])) else {
            return nil
        }
        switch parts[0] {
        case "in": self = .chain(.ingress, number, set)
        case "out": self = .chain(.egress, number, set)
        default: return nil
        }
    }

    /// How the set is declared in a family's table.
    func declaration(_ table: TableID, _ family: IPFamily) -> NamedSet {
        let address = DataType.address(family)
        switch self {
        case .identity: return NamedSet(table, name, key: [address], to: .value([.classID]))
        case .ingress, .egress: return NamedSet(table, name, key: [address], to: .verdict)
        case .itself: return NamedSet(table, name, key: [address, address])
        case .isolated, .hold: return NamedSet(table, name, key: [address])
        case .chain(_, _, let set):
            return NamedSet(table, name, key: set.key(address), flags: set.hasIntervals ? .interval : [])
        }
    }
}

/// The sets that a chain may have; only those that it needs are there.
enum ChainSet: String, Hashable, Sendable, CaseIterable {
    /// Ports that are open to everyone.
    case anyPort = "port"
    /// Ranges of ports that are open to everyone.
    case anyRange = "range"
    /// Peers that may do everything.
    case peer = "peer"
    /// Peers with ports.
    case peerPort = "peer-port"
    /// Peers with ranges of ports.
    case peerRange = "peer-range"
    /// Ranges of addresses that may do everything.
    case block = "block"
    /// Ranges of addresses with ranges of ports.
    case blockPort = "block-port"

    /// Everything with intervals is a concatenation, also where one field would do: such sets are looked up without
    /// a lock, and one element is one interval.
    var hasIntervals: Bool {
        switch self {
        case .anyRange, .peerRange, .block, .blockPort: true
        case .anyPort, .peer, .peerPort: false
        }
    }

    func key(_ address: DataType) -> ValueType {
        switch self {
        case .anyPort, .anyRange: [.inetProtocol, .inetService]
        case .peer: [.classID]
        case .peerPort, .peerRange: [.classID, .inetProtocol, .inetService]
        case .block: [address, .inetProtocol]
        case .blockPort: [address, .inetProtocol, .inetService]
        }
    }
}
