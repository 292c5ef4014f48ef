import BenchScenarios
import ClusterModel
import JSONTree
import LinuxSystemTesting
import NFTables
import NFTablesInspect
import NetworkTypes
import ServicePlan
import ServiceProxy
import ServiceProxyTesting
import Testing

/// kube-proxy's rules for a cluster with everything in it, line by line beside what our backend has in the kernel.
@Suite(.enabled(if: KernelFeature.nft.isAvailable && Witness.has("iptables-nft-save")))
struct ServiceProxyKubeProxyLayoutTests {
    /// As kube-proxy runs by default.
    private static let configuration = ProxyConfiguration(takesNodePortsOnLoopback: true)

    private func tool(_ family: IPFamily, _ suffix: String) -> String {
        (family == .ipv4 ? "iptables-nft" : "ip6tables-nft") + suffix
    }

    private func saved(_ family: IPFamily, _ namespace: TestNamespace) throws -> KubeProxyGolden.Chains {
        KubeProxyGolden.chains(try namespace.witness(tool(family, "-save")))
    }

    /// Writes kube-proxy's rules as it does, but for those with counters of nfacct, which would have to be made first.
    private func restore(_ family: IPFamily, in namespace: TestNamespace) throws {
        // The listing spells out what nobody says.
        let mask = family == .ipv4 ? "255.255.255.255" : "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"
        let text = KubeProxyGolden.text(family).split(separator: "\n").filter { !$0.contains("nfacct") }
            .joined(separator: "\n").replacing(" --mask \(mask) --rsource", with: "")
        try Witness.run(tool(family, "-restore"), ["--noflush"], in: namespace.namespace, input: text + "\n")
    }

    /// Takes away what some differences name, and complains of a difference that is not there.
    private func taking(
        _ differences: [KubeProxyDifference],
        _ side: KeyPath<KubeProxyDifference, [String]>,
        outOf chains: KubeProxyGolden.Chains
    ) -> KubeProxyGolden.Chains {
        var left = chains
        var named: [(difference: String, chain: String)] = []
        for difference in differences {
            for pattern in difference[keyPath: side] {
                let words = pattern.split(separator: " ")
                if words.count == 2, words[1].hasPrefix(":") {
                    named.append((difference.name, "\(words[0]) \(words[1].dropFirst())"))
                    continue
                }
                let before = left.values.reduce(0) { $0 + $1.count }
                for (chain, rules) in left {
                    let start = chain.replacing(" ", with: " -A ")
                    left[chain] = rules.filter { !"\(start) \($0)".contains(pattern) }
                }
                let after = left.values.reduce(0) { $0 + $1.count }
                #expect(after < before, "\(difference.name): no rule is like \(pattern)")
            }
        }
        for (difference, chain) in named {
            #expect(left.removeValue(forKey: chain) == [], "\(difference): chain \(chain) is not there, or has more")
        }
        return left
    }

    @Test(arguments: IPFamily.allCases)
    func everyLineIsKubeProxysOrANamedDifference(family: IPFamily) throws {
        let differences = KubeProxyDifference.all(family)
        let golden = KubeProxyGolden.chains(KubeProxyGolden.text(family))
        #expect(golden.values.reduce(0) { $0 + $1.count } > 150)
        try withTestNamespace { namespace in
            let objects = try ServiceProxyObjects(
                family,
                .iptables,
                Self.configuration,
                planner: KubeProxyCluster.planner()
            )
            #expect(try objects.start().outcome == .rebuilt)
            let theirs = taking(differences, \.theirs, outOf: golden)
            let ours = taking(differences, \.ours, outOf: try saved(family, namespace))
            #expect(ours.keys.sorted() == theirs.keys.sorted())
            for (chain, rules) in theirs.sorted(by: { $0.key < $1.key }) {
                #expect(ours[chain]?.joined(separator: "\n") == rules.joined(separator: "\n"), "chain \(chain)")
            }
        }
    }

    /// Above 1,000 endpoints kube-proxy leaves out the comments of the many rules for them, and of no others.
    @Test func inALargeClusterRulesForEndpointsHaveNoComments() throws {
        let large = SyntheticCluster(services: 1, endpoints: 1001)
        var planner = KubeProxyCluster.planner()
        planner.upsert(Service(unchecked: try JSONValue(parsing: large.service(0))))
        for slice in large.slices(ofService: 0) {
            planner.upsert(EndpointSlice(unchecked: try JSONValue(parsing: slice)))
        }
        let golden = KubeProxyGolden.chains(KubeProxyGolden.text(.ipv4))
        var changed = 0
        let wanted = Dictionary(
            uniqueKeysWithValues: golden.map { chain, rules in
                (
                    chain,
                    rules.map { rule in
                        guard chain.contains("KUBE-SEP-") || rule.contains("-j KUBE-SEP-") else { return rule }
                        changed += 1
                        return rule.replacing(#/-m comment --comment "[^"]*" /#, with: "")
                    }
                )
            }
        )
        #expect(changed > 80)
        let differences = KubeProxyDifference.all(.ipv4)
        try withTestNamespace { namespace in
            let objects = try ServiceProxyObjects(.ipv4, .iptables, Self.configuration, planner: planner)
            #expect(try objects.start().outcome == .rebuilt)
            let theirs = taking(differences, \.theirs, outOf: wanted)
            let ours = taking(differences, \.ours, outOf: try saved(.ipv4, namespace))
            // A chain of the large Service, and one for each of its endpoints.
            #expect(ours.count == theirs.count + 1 + 1001)
            for (chain, rules) in theirs.sorted(by: { $0.key < $1.key }) {
                let present = ours[chain]?.filter { !$0.contains("\(SyntheticCluster.namespace)/") }
                #expect(present?.joined(separator: "\n") == rules.joined(separator: "\n"), "chain \(chain)")
            }
        }
    }

    /// What kube-proxy left is taken over where it is: the chains of Service ports are not written again.
    @Test(arguments: IPFamily.allCases)
    func kubeProxysOwnChainsArePassedOver(family: IPFamily) throws {
        try withTestNamespace { namespace in
            try restore(family, in: namespace)
            let golden = KubeProxyGolden.chains(KubeProxyGolden.text(family)).mapValues { rules in
                rules.filter { !$0.contains("nfacct") }
            }
            // The text is what the real tool makes of it.
            #expect(try saved(family, namespace) == golden)
            let objects = try ServiceProxyObjects(
                family,
                .iptables,
                Self.configuration,
                planner: KubeProxyCluster.planner()
            )
            let report = try objects.start()
            #expect(report.outcome == .changed)
            // Shared chains have differences; of the others only one has, by the order of its source ranges.
            let own = golden.filter { $0.key.contains("KUBE-S") || $0.key.contains("KUBE-EXT-") }
                .filter { !$0.key.hasSuffix("SERVICES") }
            #expect(report.ruleCounts.map(\.table) == ["filter", "nat"])
            let nat = try #require(report.ruleCounts.last)
            let ownRules = own.values.reduce(0) { $0 + $1.count }
            #expect(ownRules > 80)
            #expect(nat.written <= nat.total - ownRules)
            #expect(try objects.start().outcome == .unchanged)
        }
    }

    /// Our own reading of the kernel's rules says what the real tool says, of its rules and of ours.
    @Test(arguments: IPFamily.allCases)
    func rulesAreReadBackAsTheRealToolReadsThem(family: IPFamily) throws {
        func read() throws -> KubeProxyGolden.Chains {
            var found: KubeProxyGolden.Chains = [:]
            let reader = try RulesetReader()
            for table in ["filter", "nat"] {
                let lines = try reader.iptablesLines(of: TableID(TableFamily(family), table))
                for (chain, rules) in lines { found["\(table) \(chain)"] = rules }
            }
            return found
        }
        try withTestNamespaces(2) { namespaces in
            try restore(family, in: namespaces[0])
            try namespaces[1].run {
                let objects = try ServiceProxyObjects(
                    family,
                    .iptables,
                    Self.configuration,
                    planner: KubeProxyCluster.planner()
                )
                _ = try objects.start()
            }
            for namespace in namespaces {
                let told = try saved(family, namespace).filter { !$0.key.hasPrefix("mangle") }
                // Base chains without rules of the listing are not told of.
                let found = try namespace.run { try read() }.filter { told[$0.key] != nil || !$0.value.isEmpty }
                #expect(found.keys.sorted() == told.keys.sorted())
                for (chain, rules) in told { #expect(found[chain] == rules, "chain \(chain)") }
            }
        }
    }
}
