import ClusterModel
import NFTables
import NFTablesTesting
import NetworkTypes
import ServicePlan
import Synchronization
import Testing

@testable import ServiceProxy

struct IPTablesBackendTests {
    /// A planner, a backend and the tables that it writes.
    private struct Setup {
        let family: IPFamily
        var planner: ServicePlanner
        let access = FakeIPTablesAccess()
        var configuration = ProxyConfiguration()
        var backend: IPTablesBackend

        init(_ family: IPFamily, _ planner: ServicePlanner, _ configuration: ProxyConfiguration = ProxyConfiguration())
            throws
        {
            self.family = family
            self.planner = planner
            self.configuration = configuration
            backend = IPTablesBackend(family, configuration, access: access)
            _ = self.planner.takeDirty()
            #expect(try start().outcome == .rebuilt)
        }

        func start() throws -> ProxyReport {
            try backend.replaceAll(with: planner.specs(family), node: planner.node)
        }

        mutating func sync() throws -> ProxyReport {
            try backend.apply(planner.takeDirty().filter { $0.family == family })
        }

        mutating func restart() throws -> ProxyReport {
            backend = IPTablesBackend(family, configuration, access: access)
            return try start()
        }

        mutating func setEndpoints(_ numbers: some Sequence<Int>) {
            let endpoints = numbers.map { number in
                ClusterFixture.Endpoint(
                    family == .ipv4
                        ? "10.244.\(number / 250).\(number % 250 + 1)" : "fd44::\(String(number + 1, radix: 16))"
                )
            }
            planner.upsert(
                ClusterFixture.slice(
                    "web-1",
                    of: "web",
                    [ClusterFixture.port("http", 8080)],
                    endpoints,
                    isIPv6: family == .ipv6
                )
            )
        }

        func table(_ name: String) -> TableID { TableID(TableFamily(family), name) }

        /// What the last transaction did to chains and rules: "flush chain ip nat KUBE-SVC-..." and the like.
        var lastOperations: [String] { access.transactions.last?.operations.map(\.description) ?? [] }
    }

    private func small(_ family: IPFamily, _ configuration: ProxyConfiguration = ProxyConfiguration()) throws -> Setup {
        try Setup(family, ClusterFixture.smallCluster(family), configuration)
    }

    @Test(arguments: IPFamily.allCases)
    func oneEndpointExchangedIsThreeChains(family: IPFamily) throws {
        var setup = try small(family)
        setup.setEndpoints([1, 6])
        let report = try setup.sync()
        #expect(report.outcome == .changed)
        #expect(report.refused.isEmpty)
        let operations = setup.lastOperations
        // The Service's chain is written anew, one endpoint's chain comes, one goes.
        #expect(operations.filter { $0.hasPrefix("create chain") }.count == 1)
        #expect(operations.filter { $0.hasPrefix("flush chain") }.count == 2)
        #expect(operations.filter { $0.hasPrefix("delete chain") }.count == 1)
        #expect(operations.filter { $0.hasPrefix("add rule") }.count == 5)
        #expect(report.operationCount == 9)
        #expect(report.elementCount == 5)
        #expect(!operations.contains { $0.contains("KUBE-SERVICES") || $0.contains("filter") })
        #expect(report.phases.encode == .milliseconds(1) && report.phases.kernel == .milliseconds(2))
        #expect(try setup.restart().outcome == .unchanged)
    }

    @Test func whatDoesNotChangeIsNotWritten() throws {
        var setup = try small(.ipv4)
        let before = setup.access.transactions.count
        setup.setEndpoints([1, 2])
        _ = try setup.sync()
        setup.setEndpoints([2, 1])
        let report = try setup.sync()
        #expect(report.outcome == .unchanged && report.phases.kernel == .zero)
        #expect(setup.access.transactions.count <= before + 1)
    }

    @Test(arguments: IPFamily.allCases)
    func overAThousandEndpointsTheirRulesLoseTheirComments(family: IPFamily) throws {
        func comments(_ setup: Setup) -> Int {
            let names = setup.access.ruleset.chains(of: setup.table("nat")) ?? []
            return names.filter { $0.hasPrefix("KUBE-SEP-") }.flatMap {
                setup.access.ruleset.rules(of: $0, in: setup.table("nat")) ?? []
            }.filter { rule in
                rule.compiled().expressions.contains { $0.description.contains("comment") }
            }.count
        }
        var setup = try small(family)
        let few = comments(setup)
        #expect(few > 0)
        setup.setEndpoints(0..<1100)
        #expect(try setup.sync().outcome == .changed)
        #expect(comments(setup) == 0)
        #expect(try setup.restart().outcome == .unchanged)
        setup.setEndpoints([1, 2])
        #expect(try setup.sync().outcome == .changed)
        #expect(comments(setup) == few)
        #expect(try setup.restart().outcome == .unchanged)
    }

    @Test func whoeverWasFasterIsRespectedAndTheWriteTriedAgain() throws {
        let access = FakeIPTablesAccess()
        let table = Table(.ip, "filter")
        let chain = Chain(table.id, "INPUT", base: BaseChain(.filter, .input, priority: 0))
        var foreign = Transaction()
        foreign.add(table)
        foreign.add(chain)
        foreign.add(Rule(chain, [.drop]))
        access.state.withLock { $0.meddling = [foreign, foreign] }
        let planner = ClusterFixture.smallCluster(.ipv4)
        let backend = IPTablesBackend(.ipv4, ProxyConfiguration(), access: access)
        _ = try backend.replaceAll(with: planner.specs(.ipv4), node: planner.node)
        #expect(access.transactions.count == 1)
        let rules = access.ruleset.rules(of: "INPUT", in: table.id) ?? []
        // Three jumps of ours, then the others'.
        #expect(rules.map(\.statements).suffix(2) == [[.drop], [.drop]])
        #expect(rules.count == 5)
    }

    @Test func afterAFailureEverythingIsCompared() throws {
        var setup = try small(.ipv4)
        let nat = setup.table("nat")
        var foreign = Transaction()
        for name in setup.access.ruleset.chains(of: nat) ?? []
        where name == "KUBE-SERVICES" || name.hasPrefix("KUBE-EXT-") {
            foreign.flush(Chain(nat, name))
        }
        #expect(foreign.operations.count > 1)
        try setup.access.commit(foreign)
        #expect(try setup.start().outcome == .changed)
        #expect(try setup.restart().outcome == .unchanged)
        // A chain that is gone is an error of the change that needs it, and then mended.
        try setup.access.commit(Self.removal(of: setup))
        setup.setEndpoints([5])
        #expect(throws: NFTablesError.self) { _ = try setup.sync() }
        #expect(throws: ProxyError.self) { _ = try setup.sync() }
        #expect(try setup.start().outcome != .unchanged)
        #expect(try setup.restart().outcome == .unchanged)
    }

    /// Everything of ours goes, as a full `iptables-restore` of somebody else does it.
    private static func removal(of setup: Setup) -> Transaction {
        var transaction = Transaction()
        transaction.delete(Table(setup.table("nat")))
        return transaction
    }

    @Test func aChainThatSomebodyElseUsesIsLeft() throws {
        var setup = try small(.ipv4)
        let nat = setup.table("nat")
        let service = try #require(
            setup.access.ruleset.chains(of: nat)?.first { $0.hasPrefix("KUBE-SVC-") }
        )
        var foreign = Transaction()
        foreign.add(Chain(nat, "MINE"))
        foreign.add(Rule(nat, "MINE", [.jump(service)]))
        try setup.access.commit(foreign)
        setup.planner = ServicePlanner(node: setup.planner.node)
        #expect(try setup.restart().outcome == .changed)
        #expect(setup.access.ruleset.chains(of: nat)?.filter { $0.hasPrefix("KUBE-S") } == ["KUBE-SERVICES", service])
    }

    @Test func frontendsThatDisagreeAreRefusedByName() throws {
        var setup = try small(.ipv4)
        let identity = ServicePortIdentity(
            service: ObjectKey(namespace: "default", name: "odd"),
            portName: "http",
            transport: .tcp
        )
        let endpoint = PlanEndpoint(try #require(IPEndpoint("10.244.0.9:8080")), isLocal: true)
        let spec = ServicePortSpec(
            identity: identity,
            family: .ipv4,
            frontends: [
                Frontend(kind: .loadBalancer, address: IPAddress("203.0.113.1"), port: 80, treatment: .externalLocal),
                Frontend(kind: .nodePort, address: nil, port: 30090, treatment: .balance(.cluster, .always)),
            ],
            clusterEndpoints: [endpoint],
            localEndpoints: [endpoint]
        )
        let report = try setup.backend.apply([PlanChange(identity: identity, family: .ipv4, spec: spec)])
        #expect(report.refused == [identity])
        #expect(report.outcome == .unchanged)
        #expect(try setup.restart().outcome == .unchanged)
    }

    @Test func nodePortsAreTakenOnTheAddressesThatAreAskedFor() throws {
        let range = try #require(IPPrefix("192.168.0.0/24"))
        let setup = try small(.ipv4, ProxyConfiguration(nodePortAddresses: [range]))
        let services = setup.access.ruleset.rules(of: "KUBE-SERVICES", in: setup.table("nat")) ?? []
        let jump = IPTablesRule(
            destination: IPTablesRule.AddressMatch(host: try #require(IPAddress("192.168.0.1"))),
            [.comment("kubernetes service nodeports; NOTE: this must be the last rule in this chain")],
            .jump("KUBE-NODEPORTS")
        )
        #expect(services.last?.compiled().expressions == jump.expressions(.ipv4))
    }

    @Test(arguments: [
        (LocalDetector.none, []),
        (.interface("cni0"), ["! -i cni0"]),
        (.interfacePrefix("veth"), ["! -i veth+"]),
        (.sourcePrefixes([IPPrefix.all(.ipv4)]), []),
    ])
    func localPodsAreToldAsTheDetectorSays(detector: LocalDetector, words: [String]) {
        var planner = ClusterFixture.smallCluster(.ipv4)
        var node = planner.node
        node.localDetector = detector
        planner.update(node: node)
        let lines = IPTablesGoldenTests.content(planner, .ipv4).savedText.split(separator: "\n")
        let marks = lines.filter { $0.hasPrefix("-A KUBE-SVC-") && $0.hasSuffix("-j KUBE-MARK-MASQ") }
        #expect(marks.isEmpty == words.isEmpty)
        for word in words { #expect(marks.allSatisfy { $0.contains(word) }) }
    }

    @Test func liberalConnectionTrackingKeepsInvalidPackets() throws {
        var setup = try small(.ipv4)
        #expect(setup.access.ruleset.rules(of: "KUBE-FORWARD", in: setup.table("filter"))?.count == 3)
        setup.access.state.withLock { $0.isLiberal = true }
        #expect(try setup.restart().outcome == .changed)
        #expect(setup.access.ruleset.rules(of: "KUBE-FORWARD", in: setup.table("filter"))?.count == 2)
    }

    @Test func cleanupTakesEverything() throws {
        let setup = try small(.ipv6)
        let lines = try IPTablesBackend.cleanup(.ipv6, setup.access)
        #expect(lines.contains("chain ip6 nat KUBE-SERVICES"))
        #expect(lines.contains("table ip6 filter") && lines.contains("table ip6 nat"))
        #expect(setup.access.ruleset.table(setup.table("nat")) == nil)
        #expect(try IPTablesBackend.cleanup(.ipv6, setup.access).isEmpty)
    }

    @Test func legacyTablesAreToldByName() throws {
        #expect(IPTablesBackend.legacyNote(.ipv4, "") == nil)
        let note = try #require(IPTablesBackend.legacyNote(.ipv4, "nat\nfilter\n"))
        #expect(note.contains("filter, nat") && note.contains("iptables-legacy-save"))
    }
}
