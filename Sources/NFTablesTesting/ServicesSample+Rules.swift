public import NFTables
import NetworkTypes

// Chains and rules.
extension ServicesSample {
    /// All chains, those that the kernel calls first.
    public var chains: [Chain] {
        let bases = [
            Chain(table.id, "prerouting", base: BaseChain(.nat, .prerouting, priority: .destinationNAT)),
            Chain(table.id, "output", base: BaseChain(.nat, .output, priority: .destinationNAT)),
            Chain(table.id, "postrouting", base: BaseChain(.nat, .postrouting, priority: .sourceNAT)),
        ]
        let names = [
            "services", "masq-n2", "external-local", "firewall", "n2", "s0", "s1", "local-n1", "nodeport-masq-n2",
            "nodeport-s0", "nodeport-s1", "affinity-10s-n2", "affinity-10s-masq-n2", "affinity-10s-pick-n2",
            "affinity-10s-check", "affinity-10s-new-n2", "affinity-10s-s0", "affinity-10s-s1",
            "affinity-10s-remember",
        ]
        return bases + names.map { Chain(table.id, $0) }
    }

    /// All rules in the order of the layout.
    public var rules: [Rule] { baseRules + serviceRules + externalRules + pickRules + affinityRules }

    private func rule(_ chain: String, _ statements: Statement...) -> Rule { Rule(table.id, chain, statements) }

    private var transports: Statement { .transport(in: [.tcp, .udp, .sctp]) }

    private func toEndpoint(_ map: String) -> Statement {
        .translate(.destination, family, .operand(.lookup([.priority], endpoints(map))))
    }

    private func choose(_ prefix: String) -> Statement {
        let elements = (0..<2).map {
            SetElement(ElementValue(.host32(UInt32($0))), verdict: .goto("\(prefix)\($0)"))
        }
        return .verdictMap([.number(.random, modulus: 2)], .anonymous(elements))
    }

    private var markForMasquerade: Statement { .setMark(bits: Self.masqueradeBit) }

    private var baseRules: [Rule] {
        [
            rule("prerouting", .jump("services")),
            rule("output", .jump("services")),
            rule(
                "postrouting",
                .mark(has: Self.masqueradeBit),
                .clearMark(bits: Self.masqueradeBit),
                .masquerade(.fullyRandom)
            ),
            rule(
                "postrouting",
                .connectionStatus(.destinationNAT),
                .member([.sourceAddress(family), .destinationAddress(family)], of: .named(hairpin)),
                .masquerade(.fullyRandom)
            ),
        ]
    }

    private var serviceRules: [Rule] {
        [
            rule(
                "services",
                .setPriority(frontendKey, map: classMap("services")),
                .verdictMap([.priority], .named(verdicts("classes")))
            ),
            rule(
                "services",
                .isLocal(.destination),
                .setPriority(nodePortKey, map: map("nodeports", nodePortType, .value([.classID]))),
                .verdictMap([.priority], .named(verdicts("nodeport-classes")))
            ),
            rule("masq-n2", markForMasquerade),
            rule("masq-n2", .goto("n2")),
        ]
    }

    private var externalRules: [Rule] {
        let toCluster: [Statement] = [
            .setPriority(frontendKey, map: classMap("cluster-class")),
            .verdictMap([.priority], .named(verdicts("cluster-classes"))),
        ]
        let toLocal: [Statement] = [
            .setPriority(frontendKey, map: classMap("local-class")),
            .verdictMap([.priority], .named(verdicts("local-classes"))),
        ]
        let isAllowed = Statement.member(frontendKey + [.sourceAddress(family)], of: .named(sourceRanges))
        return [
            Rule(table.id, "external-local", [.prefix(.sourceAddress(family), podPrefix)] + toCluster),
            Rule(table.id, "external-local", [.isLocal(.source), markForMasquerade] + toCluster),
            Rule(table.id, "external-local", toLocal),
            rule("external-local", .drop),
            Rule(table.id, "firewall", [isAllowed] + toCluster),
            rule("firewall", .drop),
        ]
    }

    private var pickRules: [Rule] {
        let nodePortGroup = map("nodeport-group", nodePortType, .value([.classID]))
        func pick(_ chain: String, _ group: Statement, _ slot: String) -> Rule {
            rule(chain, group, transports, toEndpoint(slot))
        }
        let group = Statement.setPriority(frontendKey, map: classMap("group"))
        let local = Statement.setPriority(frontendKey, map: classMap("local-group"))
        let nodePort = Statement.setPriority(nodePortKey, map: nodePortGroup)
        return [
            rule("n2", choose("s")),
            pick("s0", group, "slot0"),
            pick("s1", group, "slot1"),
            pick("local-n1", local, "slot0"),
            rule("nodeport-masq-n2", markForMasquerade),
            rule("nodeport-masq-n2", choose("nodeport-s")),
            pick("nodeport-s0", nodePort, "slot0"),
            pick("nodeport-s1", nodePort, "slot1"),
        ]
    }

    private var affinityRules: [Rule] {
        let alive = map("affinity-alive", [.mark], .value([.classID]))
        let client: [Selector] = [.sourceAddress(family), .priority]
        let group = Statement.setPriority(frontendKey, map: classMap("group"))
        let remember = Statement.update(.update, affinity, key: client, timeout: 10_000, data: .selector(.mark))
        func go(_ chain: String, _ mark: UInt32) -> [Rule] {
            [
                rule(chain, .jump("affinity-10s-pick-n2")),
                rule(
                    chain,
                    .setPriority([.mark], map: alive),
                    .setMark(mark),
                    transports,
                    toEndpoint("affinity-endpoint")
                ),
            ]
        }
        func slot(_ number: Int) -> [Rule] {
            let ids = map("affinity-slot\(number)", [.classID], .value([.mark]))
            return [
                rule("affinity-10s-s\(number)", .set(.meta(.mark), .lookup([.priority], ids))),
                rule("affinity-10s-s\(number)", .goto("affinity-10s-remember")),
            ]
        }
        return go("affinity-10s-n2", 0) + go("affinity-10s-masq-n2", Self.masqueradeBit) + [
            rule("affinity-10s-pick-n2", group),
            rule(
                "affinity-10s-pick-n2",
                .set(.meta(.mark), .lookup(client, affinity)),
                .jump("affinity-10s-check")
            ),
            rule("affinity-10s-pick-n2", .mark(0), .goto("affinity-10s-new-n2")),
            rule("affinity-10s-pick-n2", remember),
            rule("affinity-10s-check", .setPriority([.mark], map: alive), group, .return),
            rule("affinity-10s-check", .setMark(0)),
            rule("affinity-10s-new-n2", .update(.delete, affinity, key: client, data: .selector(.mark))),
            rule("affinity-10s-new-n2", choose("affinity-10s-s")),
        ] + slot(0) + slot(1) + [rule("affinity-10s-remember", remember)]
    }
}
