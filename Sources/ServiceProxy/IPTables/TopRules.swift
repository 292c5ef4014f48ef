import NFTables
import NetworkTypes
import ServicePlan

/// The rules of the chains that are there whatever the Services are.
struct TopRules: Sendable {
    let options: IPTablesOptions

    private typealias Rule = IPTablesRule

    /// The rules of a chain that no Service has a part in.
    func fixed(_ chain: TopChain) -> [IPTablesRule] {
        let mark = options.masqueradeMark
        switch chain {
        case .markMasquerade: return [Rule([], .orMark(mark))]
        case .postrouting:
            return [
                Rule([.mark(mark, isInverted: true)], .return),
                // The packet may come by again, encapsulated: without the mark by then.
                Rule([], .xorMark(mark)),
                Rule([.comment("kubernetes service traffic requiring SNAT")], .masquerade),
            ]
        case .forward:
            let invalid = Rule([.connectionState(.invalid, isInverted: false)], .drop)
            let marked = Rule(
                [.comment("kubernetes forwarding rules"), .mark(mark, isInverted: false)],
                .accept
            )
            let known = Rule(
                [
                    .comment("kubernetes forwarding conntrack rule"),
                    .connectionState([.related, .established], isInverted: false),
                ],
                .accept
            )
            return (options.dropsInvalid ? [invalid] : []) + [marked, known]
        case .services: return nodePortJumps
        case .firewall: return options.takesLoopbackNodePorts ? [loopbackGuard] : []
        default: return []
        }
    }

    /// Keeps the link out of what listens on loopback for this node only.
    ///
    /// It is kube-proxy's rule of KUBE-FIREWALL, in a chain that kubelet has no part in, where only the first packets of
    /// connections get.
    private var loopbackGuard: IPTablesRule {
        Rule(
            source: Rule.AddressMatch(options.loopback, isInverted: true),
            destination: Rule.AddressMatch(options.loopback),
            [
                .comment("block incoming localnet connections"),
                .connectionState([.related, .established, .destinationTranslated], isInverted: true),
            ],
            .drop
        )
    }

    /// The end of the Services' chain: what is for the node itself may be for a node port.
    private var nodePortJumps: [IPTablesRule] {
        let comment = Rule.Match.comment(
            "kubernetes service nodeports; NOTE: this must be the last rule in this chain"
        )
        guard let addresses = options.nodePortAddresses else {
            // Loopback's are a rule of their own, so that they are counted.
            return (options.takesLoopbackNodePorts ? [false, true] : [true]).map { isElsewhere in
                Rule(
                    destination: Rule.AddressMatch(options.loopback, isInverted: isElsewhere),
                    [comment, .destinationIsLocal],
                    .jump(TopChain.nodePorts.name)
                )
            }
        }
        return addresses.map {
            Rule(destination: Rule.AddressMatch(host: $0), [comment], .jump(TopChain.nodePorts.name))
        }
    }

    /// The way to the refusal of ports that a ClusterIP does not have, at the end of the chain of refusals; the prefix
    /// that all of them share keeps other traffic out of a long chain.
    func unknownPortJump(_ clusterIPs: [IPAddress]) -> [IPTablesRule] {
        guard let shared = IPPrefix(covering: clusterIPs) else { return [] }
        return [
            Rule(
                destination: shared.length > 0 ? Rule.AddressMatch(shared) : nil,
                [
                    .comment("ports that a cluster IP does not have"),
                    .connectionState(.destinationTranslated, isInverted: true),
                ],
                .jump(TopChain.clusterIPs.name)
            )
        ]
    }

    /// The refusal of ports that a ClusterIP does not have.
    func unknownPort(_ address: IPAddress) -> IPTablesRule {
        Rule(destination: Rule.AddressMatch(host: address), [], .reject)
    }
}

extension IPPrefix {
    /// The longest prefix that holds all of some addresses of one family; nil for none.
    init?(covering addresses: [IPAddress]) {
        guard let least = addresses.min(), let greatest = addresses.max(), least.family == greatest.family
        else { return nil }
        let differing = least.rawValue ^ greatest.rawValue
        let length = least.family.bitWidth - (UInt128.bitWidth - differing.leadingZeroBitCount)
        guard let prefix = IPPrefix(address: least, length: length) else { return nil }
        self = prefix.masked
    }
}
