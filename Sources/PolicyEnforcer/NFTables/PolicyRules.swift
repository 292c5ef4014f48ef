import ClusterModel
import NFTables
import NetworkTypes

/// A chain with its rules.
struct PolicyChainRules: Hashable, Sendable {
    let name: String
    var base: BaseChain?
    let lines: [RuleBody]

    func declaration(_ table: TableID) -> Chain { Chain(table, name, base: base) }

    func rules(_ table: TableID) -> [Rule] { lines.map { Rule(table, name, $0) } }
}

/// The rules of the policy table for one family.
struct PolicyRules: Sendable {
    typealias Line = RuleBody

    let family: IPFamily
    let table: TableID

    private var source: Selector { .sourceAddress(family) }
    private var destination: Selector { .destinationAddress(family) }

    func set(_ set: PolicySet) -> NamedSet { set.declaration(table, family) }

    private func isMember(_ key: [Selector], of collection: PolicySet) -> Statement {
        .member(key, of: .named(set(collection)))
    }

    /// The chains that are there whatever the policies are.
    ///
    /// What the node forwards passes `forward`, on a bridge too where br_netfilter is on. What IPVS sends to a pod
    /// passes `output`, as does the node's own traffic, which is always allowed: it comes from an address of the node.
    var fixedChains: [PolicyChainRules] {
        let established = Line([.connectionState([.established, .related]), .accept])
        return [
            PolicyChainRules(
                name: "forward",
                base: BaseChain(.filter, .forward, priority: .filter),
                lines: [established, Line([.goto("policies")])]
            ),
            PolicyChainRules(
                name: "output",
                base: BaseChain(.filter, .output, priority: .filter),
                lines: [established, Line([.isLocal(.source), .accept], "the node's own"), Line([.goto("policies")])]
            ),
            PolicyChainRules(name: "policies", lines: judgement),
            PolicyChainRules(name: "denied", lines: [Line([.drop])]),
        ]
    }

    private var judgement: [Line] {
        neighbourDiscovery + [
            Line([isMember([source, destination], of: .itself), .accept], "a pod that reaches itself"),
            Line(isStray + [isMember([source], of: .isolated), .goto("denied")], "a connection that was cut"),
            Line(isStray + [isMember([destination], of: .isolated), .goto("denied")], "a connection that was cut"),
            Line([isMember([source], of: .hold), .goto("denied")]),
            Line([.verdictMap([source], .named(set(.egress)))]),
            Line([isMember([destination], of: .hold), .goto("denied")]),
            Line([.verdictMap([destination], .named(set(.ingress)))]),
        ]
    }

    /// TCP in the middle of a connection that is not tracked (any more).
    ///
    /// Connection tracking would take such a packet for a new connection's first one, in the direction that the packet
    /// happens to have: the answer to a connection that was cut would open it again.
    private var isStray: [Statement] {
        let flags = PayloadLocation(.transport, offset: 13, length: 1)
        let mask = ElementValue(.byte(0x17))
        let statement = Statement.expressions(
            [
                .payloadLoad(PayloadLoad(flags, to: .first)),
                .bitwise(Bitwise(.first, to: .first, mask: mask, xor: ElementValue(.byte(0)))),
                .compare(Compare(.first, .notEqual, ElementValue(.byte(0x02)))),
            ],
            text: "tcp flags != syn / fin,syn,rst,ack"
        )
        return [.transport(.tcp), statement]
    }

    /// On a bridge with br_netfilter, pods' neighbour discovery passes here, from and to their own addresses.
    private var neighbourDiscovery: [Line] {
        guard family == .ipv6 else { return [] }
        // RFC 4861: router solicitation (133) to redirect (137).
        let type = PayloadField(
            PayloadLocation(.transport, offset: 0, length: 1),
            type: .icmpv6Type,
            text: "icmpv6 type"
        )
        let icmp = Statement.compare(.transportProtocol, .equal, .byte(58))
        return [Line([icmp, .range(.payload(type), from: .byte(133), to: .byte(137)), .accept], "neighbour discovery")]
    }

    /// A chain that allows what its sets hold: incoming traffic is accepted, outgoing goes on to the other end's chain.
    func chain(
        _ direction: NetworkPolicy.Direction,
        _ number: UInt32,
        allowsEverything: Bool,
        sets: Set<ChainSet>
    ) -> PolicyChainRules {
        let allow: Statement = direction == .ingress ? .accept : .return
        var lines: [Line] = []
        if allowsEverything {
            lines.append(Line([allow]))
        } else {
            for kind in ChainSet.allCases where sets.contains(kind) {
                lines.append(Line(match(direction, .chain(direction, number, kind), kind) + [allow]))
            }
            lines.append(Line([.goto("denied")]))
        }
        return PolicyChainRules(name: PolicySet.chainName(direction, number), lines: lines)
    }

    /// The peer's number passes through a field of the packet, as nft 1.0.6 can't list a map's result in a key.
    ///
    /// It is written in the very rule that reads it, so that nobody else's value is ever taken for a peer.
    private func match(_ direction: NetworkPolicy.Direction, _ own: PolicySet, _ kind: ChainSet) -> [Statement] {
        let other = direction == .ingress ? source : destination
        let port: [Selector] = [.transportProtocol, .destinationPort]
        let peer = Statement.setPriority([other], map: set(.identity))
        return switch kind {
        case .anyPort, .anyRange: [isMember(port, of: own)]
        case .peer: [peer, isMember([.priority], of: own)]
        case .peerPort, .peerRange: [peer, isMember([.priority] + port, of: own)]
        case .block: [isMember([other, .transportProtocol], of: own)]
        case .blockPort: [isMember([other] + port, of: own)]
        }
    }
}
