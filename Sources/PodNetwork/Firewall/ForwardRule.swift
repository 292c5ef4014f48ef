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
        var expressions = Self.matching(subnet, source: isOutgoing)
        if !isOutgoing {
            expressions.append(.match(ExtensionMatch(.connectionState([.related, .established]))))
        }
        return Self.rule(chain, expressions, .accept, comment)
    }

    /// A rule that only leads to another chain.
    static func jump(_ chain: Chain, to target: String, _ comment: String) -> Rule {
        rule(chain, [], .jump(target), comment)
    }

    private static func rule(_ chain: Chain, _ matches: [Expression], _ verdict: Verdict, _ comment: String) -> Rule {
        let expressions = matches + [.counter(Counter()), .verdict(ImmediateVerdict(verdict))]
        var rule = Rule(chain, [.expressions(expressions, text: "(a rule of iptables)")], comment: comment)
        rule.compatibility = Rule.Compatibility(transport: 0)
        return rule
    }

    /// A prefix of whole bytes is a shorter field, another one is masked; so does iptables-nft 1.8.9.
    private static func matching(_ prefix: IPPrefix, source: Bool) -> [Expression] {
        let isFirst = prefix.family == .ipv4
        let offset: UInt32 = source ? (isFirst ? 12 : 8) : (isFirst ? 16 : 24)
        guard prefix.length > 0 else { return [] }
        let isWhole = prefix.length % 8 == 0
        let count = isWhole ? prefix.length / 8 : prefix.family.addressLength
        let location = PayloadLocation(.network, offset: offset, length: UInt32(count))
        var expressions: [Expression] = [.payloadLoad(PayloadLoad(location, to: .first))]
        if !isWhole {
            let mask = ElementValue(.address(prefix.mask))
            let nothing = ElementValue(.address(.any(prefix.family)))
            expressions.append(.bitwise(Bitwise(.first, to: .first, mask: mask, xor: nothing)))
        }
        let value = ElementValue(bytes: prefix.address.bytes.prefix(count))
        expressions.append(.compare(Compare(.first, .equal, value)))
        return expressions
    }
}
