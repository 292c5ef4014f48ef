import ClusterModel
import NFTables
import NFTablesTesting
import NetworkTypes
import ServicePlan
import Testing

@testable import ServiceProxy

struct NFTablesBackendTests {
    /// A planner, a backend and the table that it writes.
    private struct Setup {
        let family: IPFamily
        var planner: ServicePlanner
        let access = FakeTableAccess()
        var backend: NFTablesBackend
        var table: TableID { TableID(TableFamily(family), "weft") }

        init(_ family: IPFamily, _ planner: ServicePlanner) throws {
            self.family = family
            self.planner = planner
            backend = NFTablesBackend(family, ProxyConfiguration(), access: access)
            _ = self.planner.takeDirty()
            let report = try backend.replaceAll(with: planner.specs(family), node: planner.node)
            #expect(report.outcome == .rebuilt)
        }

        mutating func sync() throws -> ProxyReport {
            try backend.apply(planner.takeDirty().filter { $0.family == family })
        }

        /// What a daemon does that was killed and comes back.
        mutating func restart() throws -> ProxyReport {
            backend = NFTablesBackend(family, ProxyConfiguration(), access: access)
            return try backend.replaceAll(with: planner.specs(family), node: planner.node)
        }

        var text: String { access.ruleset.canonicalText(of: table, without: ["affinity"]) }
    }

    @Test func aReportTellsHowLongEachPhaseTook() throws {
        var setup = try webCluster(.ipv4, [1, 2])
        move(&setup, to: [1, 3])
        let changed = try setup.sync()
        // The fake takes a millisecond to encode and two to commit, as it says.
        #expect(changed.phases.encode == .milliseconds(1))
        #expect(changed.phases.kernel == .milliseconds(2))
        let unchanged = try setup.restart()
        #expect(unchanged.outcome == .unchanged)
        #expect(unchanged.phases.encode == .zero && unchanged.phases.kernel == .zero)
        #expect(unchanged.phases.diff > .zero)
    }

    private static func pod(_ family: IPFamily, _ number: Int) -> String {
        family == .ipv4 ? "10.244.\(number / 250).\(number % 250 + 1)" : "fd44::\(String(number + 1, radix: 16))"
    }

    private func move(_ setup: inout Setup, to pods: [Int]) {
        setup.planner.upsert(
            ClusterFixture.slice(
                "web-1",
                of: "web",
                [ClusterFixture.port("http", 8080)],
                pods.map { .init(Self.pod(setup.family, $0), node: "n2") }
            )
        )
    }

    private func webCluster(_ family: IPFamily, _ pods: [Int]) throws -> Setup {
        var planner = ServicePlanner(node: ClusterFixture.node(family))
        planner.upsert(
            ClusterFixture.service(
                "web",
                clusterIPs: [family == .ipv4 ? "10.96.0.1" : "fd96::1"],
                ports: [ClusterFixture.port("http", 80, nodePort: 30080)],
                type: "NodePort"
            )
        )
        var setup = try Setup(family, planner)
        move(&setup, to: pods)
        _ = try setup.sync()
        return setup
    }

    @Test(arguments: IPFamily.allCases)
    func oneEndpointExchangedIsTwoElements(family: IPFamily) throws {
        var setup = try webCluster(family, [1, 2, 3])
        move(&setup, to: [1, 3, 9])
        let report = try setup.sync()
        #expect(report.elementCount == 2)
        #expect(report.operationCount == 2)
        let last = try #require(setup.access.transactions.last)
        #expect(
            last.operations.map(\.description) == [
                "delete element \(setup.table) slot1", "add element \(setup.table) slot1",
            ]
        )
    }

    @Test(arguments: IPFamily.allCases)
    func scalingTouchesTheFrontendsAndOnePlace(family: IPFamily) throws {
        var setup = try webCluster(family, [1, 2, 3])
        move(&setup, to: [1, 2, 3, 4])
        // The class of the ClusterIP and of the node port, the new place, and once the two classes of four.
        #expect(try setup.sync().elementCount == 2 + 2 + 1 + 2)
        move(&setup, to: [1, 2, 3])
        #expect(try setup.sync().elementCount == 2 + 2 + 1)
        move(&setup, to: [1, 2, 3, 4])
        #expect(try setup.sync().elementCount == 2 + 2 + 1)
    }

    @Test(arguments: IPFamily.allCases)
    func aRestartWritesNothing(family: IPFamily) throws {
        var setup = try Setup(family, ClusterFixture.smallCluster(family))
        let before = setup.text
        let transactions = setup.access.transactions.count
        #expect(try setup.restart().outcome == .unchanged)
        #expect(setup.access.transactions.count == transactions)
        #expect(setup.text == before)
    }

    @Test(arguments: IPFamily.allCases)
    func aRestartKeepsPlacesThatHistoryGave(family: IPFamily) throws {
        var setup = try webCluster(family, [1, 2, 3, 4])
        for pods in [[4, 2], [2, 7, 4], [9, 8, 7, 6, 5], [7, 9]] {
            move(&setup, to: pods)
            _ = try setup.sync()
            let before = setup.text
            #expect(try setup.restart().outcome == .unchanged)
            #expect(setup.text == before)
        }
    }

    @Test(arguments: IPFamily.allCases)
    func aRestartWritesOnlyWhatChangedMeanwhile(family: IPFamily) throws {
        var setup = try webCluster(family, [1, 2, 3])
        move(&setup, to: [1, 9, 3])
        _ = setup.planner.takeDirty()
        let report = try setup.restart()
        #expect(report.outcome == .changed)
        #expect(report.elementCount == 2)
    }

    @Test func aTableOfAnotherLayoutIsReplacedInOneTransaction() throws {
        var setup = try webCluster(.ipv4, [1, 2])
        let before = setup.text
        var foreign = Transaction()
        foreign.delete(Table(setup.table))
        foreign.add(Table(setup.table, comment: "weft services, layout 0"))
        foreign.add(Chain(setup.table, "old"))
        try setup.access.commit(foreign)
        #expect(try setup.restart().outcome == .rebuilt)
        #expect(setup.text.contains("chain old") == false)
        #expect(setup.text == before)
    }

    @Test(arguments: ["delete rule", "add rule", "delete element", "add chain"])
    func whatSomebodyElseChangedIsPutRight(fault: String) throws {
        var setup = try webCluster(.ipv4, [1, 2])
        let before = setup.text
        var foreign = Transaction()
        switch fault {
        case "delete rule": foreign.flush(Chain(setup.table, "services"))
        case "add rule": foreign.add(Rule(setup.table, "n2", [.drop]))
        case "add chain": foreign.add(Chain(setup.table, "foreign"))
        default:
            let slots = try #require(setup.access.ruleset.elements(of: "slot0", in: setup.table))
            foreign.delete(slots, from: LayoutSet.slot(0).declaration(setup.table, .ipv4))
        }
        try setup.access.commit(foreign)
        #expect(setup.text != before)
        #expect(try setup.restart().outcome != .unchanged)
        #expect(setup.text == before)
    }

    @Test func afterAFailureEverythingIsComparedAndNothingIsLost() throws {
        var setup = try webCluster(.ipv4, [1, 2])
        setup.access.failNext(NFTablesError(.kernel, operation: "commit"))
        move(&setup, to: [1, 3])
        #expect(throws: NFTablesError.self) { try setup.sync() }
        #expect(throws: ProxyError.self) { try setup.backend.apply([]) }
        let report = try setup.backend.replaceAll(with: setup.planner.specs(.ipv4), node: setup.planner.node)
        #expect(report.elementCount == 2)
    }

    @Test(arguments: IPFamily.allCases)
    func aLargeServiceHasOneChainAndARange(family: IPFamily) throws {
        var setup = try webCluster(family, Array(0..<5000))
        let ruleset = setup.access.ruleset
        #expect(ruleset.elements(of: "endpoints", in: setup.table)?.count == 5000)
        #expect(
            ruleset.chains(of: setup.table)?.filter { $0.contains("large") } == [
                "large-0-n5000", "masq-large-0-n5000", "masq-outside-large-0-n5000",
            ]
        )
        move(&setup, to: Array(0..<4999) + [6000])
        #expect(try setup.sync().elementCount == 2)
        let before = setup.text
        #expect(try setup.restart().outcome == .unchanged)
        #expect(setup.text == before)
        move(&setup, to: Array(0..<4999))
        _ = try setup.sync()
        #expect(setup.access.ruleset.chains(of: setup.table)?.contains { $0.contains("n5000") } == false)
        move(&setup, to: [1, 2])
        _ = try setup.sync()
        #expect(setup.access.ruleset.chains(of: setup.table)?.contains { $0.contains("large") } == false)
        #expect(setup.access.ruleset.elements(of: "endpoints", in: setup.table)?.isEmpty == true)
        #expect(try setup.restart().outcome == .unchanged)
    }

    @Test(arguments: IPFamily.allCases)
    func nothingStaysOfServicesThatAreGone(family: IPFamily) throws {
        var setup = try Setup(family, ClusterFixture.smallCluster(family))
        for name in ["web", "dns", "empty", "local", "sticky"] {
            setup.planner.removeService(.init(namespace: "default", name: name))
        }
        _ = try setup.sync()
        for set in setup.access.ruleset.sets(of: setup.table) ?? [] where !set.hasSuffix("classes") {
            #expect(setup.access.ruleset.elements(of: set, in: setup.table) == [], "\(set)")
        }
        #expect(setup.access.ruleset.chains(of: setup.table)?.contains { $0.contains("affinity-10s") } == false)
        #expect(try setup.restart().outcome == .unchanged)
    }
}
