import NFTables
import NFTablesInspect
import NetworkTypes
public import ServicePlan

extension IPTablesBackend {
    /// Compares the kernel's chains, read through libnftnl, with what they should hold; nothing is written.
    ///
    /// - Parameters:
    ///   - specs: all Service ports of the family, ordered by identity.
    ///   - node: the node's circumstances.
    /// - Returns: what differs; rules that should not be there are only counted, as nobody put them into words.
    /// - Throws: why the kernel's tables could not be read.
    public func comparison(with specs: [ServicePortSpec], node: NodeContext) throws -> KernelComparison {
        let options = options(node)
        var comparison = KernelComparison(state: .absent, table: "\(options.table(.nat))")
        comparison.mode = mode
        let present = try access.read(family)
        guard present.chain(IPTablesEdit.Place(.clusterIPs)) != nil else {
            // The other names are kube-proxy's, too.
            if present.chain(IPTablesEdit.Place(.services)) != nil { comparison.state = .foreign(comment: nil) }
            return comparison
        }
        comparison.state = .present
        comparison.take(IPTablesContent.building(options, specs).content, present)
        return comparison
    }
}

extension KernelComparison {
    fileprivate mutating func take(_ content: IPTablesContent, _ present: PresentIPTables) {
        let family = content.options.family
        var shared = SharedRules()
        var owners: [TopChain: [IPTablesRule: ServicePortIdentity]] = [:]
        var wanted: Set<String> = []
        for spec in content.specs {
            guard let port = content.rules(spec) else { continue }
            shared.add(port)
            for (chain, rules) in port.shared {
                for rule in rules { owners[chain, default: [:]][rule] = spec.identity }
            }
            for chain in port.chains() {
                wanted.insert(chain.name)
                let rules = chain.rules.map { (rule: $0, owner: Optional(spec.identity)) }
                compare(IPTablesEdit.Place(.nat, chain.name), rules, spec.identity, present, family)
            }
        }
        for (chain, rules) in shared.chains(content.top) {
            let owned = rules.map { (rule: $0, owner: owners[chain]?[$0]) }
            compare(IPTablesEdit.Place(chain), owned, nil, present, family)
        }
        otherDifferences += present.chains(.nat).count {
            ServiceChains.isServiceChain($0.name) && !wanted.contains($0.name)
        }
        for jump in BaseJump.all {
            let there = present.chain(IPTablesEdit.Place(jump.table, jump.chain))?.rules ?? []
            let digest = RuleDigest(jump.rule, family)
            if !there.contains(where: { $0.digest == digest }) { otherDifferences += 1 }
        }
    }

    /// Compares a chain's rules, each with its owner.
    private mutating func compare(
        _ place: IPTablesEdit.Place,
        _ rules: [(rule: IPTablesRule, owner: ServicePortIdentity?)],
        _ chainOwner: ServicePortIdentity?,
        _ present: PresentIPTables,
        _ family: IPFamily
    ) {
        let name = "\(place.table.rawValue) \(place.chain)"
        guard let there = present.chain(place) else {
            return add(chainOwner, isMissing: true, place.table.rawValue, "chain \(place.chain)")
        }
        let digests = rules.map { RuleDigest($0.rule, family) }
        guard digests != there.rules.map(\.digest) else { return }
        var left: [RuleDigest: Int] = [:]
        for rule in there.rules { left[rule.digest, default: 0] += 1 }
        var isAlike = true
        for (digest, (rule, owner)) in zip(digests, rules) {
            if let count = left[digest], count > 0 {
                left[digest] = count - 1
            } else {
                isAlike = false
                add(owner, isMissing: true, name, rule.text(family))
            }
        }
        let superfluous = left.values.reduce(0, +)
        for _ in 0..<superfluous { add(chainOwner, isMissing: false, name, "a rule that nobody planned") }
        if isAlike, superfluous == 0 { add(chainOwner, isMissing: false, name, "another order of the rules") }
    }
}
