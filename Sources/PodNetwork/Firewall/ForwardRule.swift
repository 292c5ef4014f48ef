import NFTables
import NetworkTypes

/// A rule of the chain that iptables shows as WEFT-CNI-FORWARD, written as iptables-nft writes it, so that it can list it.
struct ForwardRule: Hashable, Sendable {
    /// The subnet.
    let subnet: IPPrefix
    /// Whether it is about what comes from there, which may go anywhere; else about answers that go there.
    let isOutgoing: Bool
    /// The network's name.
    let network: String

    /// Both of a subnet.
    static func pair(_ subnet: IPPrefix, network: String) -> [ForwardRule] {
        [false, true].map { ForwardRule(subnet: subnet, isOutgoing: $0, network: network) }
    }

    /// By this the rule is found again; what follows the space is not in another network's name.
    var comment: String { "\(Self.owner(network)) \(isOutgoing ? "from" : "to") \(subnet)" }

    /// What a network's comments start with: its name, or a hash of one for which a comment (128 bytes) has no room.
    static func owner(_ network: String) -> String {
        let name = network.utf8.count > 60 ? String(AttachmentID.hash(network.utf8), radix: 36) : network
        return "weft-cni \(name):"
    }

    /// The rule for a chain.
    func rule(_ chain: Chain) -> Rule {
        let match = IPTablesRule.AddressMatch(subnet)
        let rule =
            isOutgoing
            ? IPTablesRule(source: match, [], .accept)
            : IPTablesRule(
                destination: match,
                [.connectionState([.related, .established], isInverted: false)],
                .accept
            )
        return Self.commented(rule, chain, comment)
    }

    /// A rule that only leads to another chain.
    static func jump(_ chain: Chain, to target: String, _ comment: String) -> Rule {
        commented(IPTablesRule([], .jump(target)), chain, comment)
    }

    /// The comment is kept beside the rule, where it is found again; iptables shows it as its own.
    private static func commented(_ rule: IPTablesRule, _ chain: Chain, _ comment: String) -> Rule {
        var rule = rule.rule(chain.table, chain.name)
        rule.comment = comment
        return rule
    }
}
