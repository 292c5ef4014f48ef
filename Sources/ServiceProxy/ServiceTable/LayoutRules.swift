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
    /// Whether node ports are taken on loopback addresses, too, and packets from elsewhere to these are dropped.
    var takesLoopbackNodePorts = false
    /// Whether each Service's packets are counted.
    var countsPackets = false
    /// The table's name.
    var tableName = "weft"

    var table: TableID { TableID(TableFamily(family), tableName) }
}

/// A chain with its rules.
///
/// Whatever depends on Services is in maps, so the name tells what is in the chain.
struct LayoutChain: Hashable, Sendable {
    var name: String
    var base: BaseChain?
    var comment: String?
    var lines: [RuleBody]
    /// The chains that its rules go to, beside lasting ones.
    var targets: [String] = []
    /// Whether it is kept when nothing goes to it any more.
    var isLasting = true
}

/// The vocabulary of the table's rules for one family.
struct LayoutRules: Sendable {
    typealias Line = RuleBody

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
    /// The priority serves for it: forwarding writes it anew anyway, and the rules clear it for the node's own packets.
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

    /// The addresses that no packet from elsewhere should have.
    var loopback: IPPrefix {
        IPPrefix(address: .loopback(family), length: family == .ipv4 ? 8 : 128)?.masked ?? .all(family)
    }

    /// Matches packets to an address that takes node ports.
    ///
    /// Loopback is left out unless it is asked for: its answers would never leave it.
    var isNodePortAddress: [Statement] {
        if options.nodePortAddresses != nil { return [isMember([destination], of: .nodePortAddresses)] }
        if options.takesLoopbackNodePorts { return [.isLocal(.destination)] }
        return [.isLocal(.destination), .prefix(destination, loopback, isInverted: true)]
    }

    /// Drops clients of load balancer addresses that their source ranges do not let in.
    var keepOutOthers: Line {
        Line(
            [
                isMember(frontend, of: .restricted),
                isMember(frontend + [source], of: .sourceRanges, not: true), .drop,
            ],
            "loadBalancerSourceRanges"
        )
    }

    /// Answers what is for nobody with an ICMP port-unreachable.
    var reject: Statement { .reject(.icmp(code: family == .ipv4 ? 3 : 4)) }

    /// A filter chain that judges new connections only: established ones outlive their endpoints.
    func filter(_ hook: Hook, priority: Int32 = .filter, _ more: [Line] = []) -> LayoutChain {
        LayoutChain(
            name: "filter-\(hook)",
            base: BaseChain(.filter, hook, priority: priority),
            lines: [Line([.connectionState(.new), .jump("unserved")])] + more
        )
    }

    /// The filter chain for packets to the node itself: behind IPVS (LOCAL_IN, up to 99), whose packets are served, also
    /// those of a virtual server that another mode or kube-proxy left for the connections that it leads.
    var filterInput: LayoutChain {
        let isNew = [Statement.connectionState(.new)]
        let nodePorts = Line(isNew + isNodePortAddress + [isMember(nodePort, of: .noEndpointNodePorts), reject])
        return filter(.input, priority: 110, [nodePorts])
    }

    /// Rejects what the filter chains find without an endpoint.
    var unserved: LayoutChain {
        LayoutChain(
            name: "unserved",
            lines: [
                Line([isMember(frontend, of: .noEndpoints), reject]),
                Line([isMember([destination], of: .clusterIPs), reject], "a port that the Service does not have"),
            ]
        )
    }

    /// The chain that the kernel calls where destinations are translated.
    func translating(_ hook: Hook) -> LayoutChain {
        LayoutChain(
            name: "\(hook)",
            base: BaseChain(.nat, hook, priority: .destinationNAT),
            lines: [Line([.jump("services")])]
        )
    }
}
