import NFTables
import NFTablesInspect
import NetworkTypes
import Testing

@testable import PodNetworkMigration

struct RulePlanTests {
    private static let hash = "CNI-0123456789abcdef01234567"
    private static let ports = "CNI-DN-0123456789abcdef01234"

    private static func address(_ text: String) throws -> IPAddress { try #require(IPAddress(text)) }

    private static func chains(_ base: [String], _ others: [String]) -> [TableListing.ChainHead] {
        base.map { TableListing.ChainHead(name: $0, isBase: true) } + others.map { TableListing.ChainHead(name: $0) }
    }

    /// A nat table as the reference's bridge and portmap leave it for container c1, with a foreign rule.
    private static func nat() -> TableListing {
        TableListing(
            TableID(.ip, "nat"),
            chains: chains(
                ["PREROUTING", "POSTROUTING"],
                ["CNI-HOSTPORT-DNAT", "CNI-HOSTPORT-SETMARK", "CNI-HOSTPORT-MASQ", hash, ports, "CNI-LIKE"]
            ),
            rules: [
                ListedRule(chain: "PREROUTING", handle: 1, target: "CNI-HOSTPORT-DNAT"),
                ListedRule(chain: "PREROUTING", handle: 2, target: "CNI-LIKE"),
                ListedRule(chain: "POSTROUTING", handle: 3, target: "CNI-HOSTPORT-MASQ"),
                ListedRule(chain: "POSTROUTING", handle: 4, target: hash, comment: "name: \"net\" id: \"c1\""),
                ListedRule(
                    chain: "CNI-HOSTPORT-DNAT",
                    handle: 5,
                    target: ports,
                    comment: "dnat name: \"net\" id: \"c1\""
                ),
                ListedRule(chain: ports, handle: 6, target: "CNI-HOSTPORT-SETMARK"),
            ]
        )
    }

    private static func states(_ plan: RulePlan) -> [String: Finding.State] {
        Dictionary(plan.findings.map { ($0.name, $0.state) }) { first, _ in first }
    }

    @Test func aGoneContainersChainsGoAndTheSharedOnesWithTheLast() {
        let plan = RulePlan([Self.nat()], live: LiveContainers(), flannel: nil)
        let wanted = [Self.hash, Self.ports, "CNI-HOSTPORT-DNAT", "CNI-HOSTPORT-MASQ", "CNI-HOSTPORT-SETMARK"]
        #expect(Set(plan.findings.map(\.name)) == Set(wanted.map { "ip nat \($0)" }))
        #expect(plan.findings.allSatisfy { $0.state == .leftover })
        let lines = plan.transaction.operations.map(\.description)
        #expect(
            Array(lines.prefix(3))
                == [1, 3, 4].map { handle in
                    "delete rule ip nat \(handle == 1 ? "PREROUTING" : "POSTROUTING") handle \(handle)"
                }
        )
        #expect(lines.filter { $0.hasPrefix("flush chain") }.count == 5)
        #expect(lines.filter { $0.hasPrefix("delete chain") }.count == 5)
        #expect(!lines.contains { $0.contains("CNI-LIKE") || $0.contains("handle 2") })
    }

    @Test func aRunningContainersChainsStay() {
        let plan = RulePlan([Self.nat()], live: LiveContainers(ids: ["c1"]), flannel: nil)
        #expect(plan.transaction.isEmpty)
        #expect(plan.findings.count == 5)
        #expect(plan.findings.allSatisfy { $0.state == .kept })
    }

    @Test func aChainWithoutACommentIsJudgedByItsAddress() throws {
        var table = Self.nat()
        table.rules[3].comment = nil
        table.rules[3].source = try Self.address("10.9.0.2")
        let running = LiveContainers(addresses: [try Self.address("10.9.0.2")])
        #expect(Self.states(RulePlan([table], live: running, flannel: nil))["ip nat \(Self.hash)"] == .kept)
        let gone = RulePlan([table], live: LiveContainers(), flannel: nil)
        #expect(gone.findings.first { $0.name.hasSuffix(Self.hash) }?.owner == "10.9.0.2")
        #expect(Self.states(gone)["ip nat \(Self.hash)"] == .leftover)
    }

    @Test func aChainToWhichSomebodyElseLeadsIsEmptiedOnly() {
        var table = Self.nat()
        table.rules.append(ListedRule(chain: "CNI-LIKE", handle: 9, target: "CNI-HOSTPORT-MASQ"))
        let plan = RulePlan([table], live: LiveContainers(), flannel: nil)
        #expect(Self.states(plan)["ip nat CNI-HOSTPORT-MASQ"] == .kept)
        let lines = plan.transaction.operations.map(\.description)
        #expect(lines.contains("flush chain ip nat CNI-HOSTPORT-MASQ"))
        #expect(!lines.contains("delete chain ip nat CNI-HOSTPORT-MASQ"))
    }

    @Test func theFirewallsRulesGoOneByOneAndItsChainsTogether() throws {
        let (gone, live) = (try Self.address("10.9.0.2"), try Self.address("10.9.0.3"))
        let table = TableListing(
            TableID(.ip, "filter"),
            chains: Self.chains(["FORWARD"], ["CNI-FORWARD", "CNI-ADMIN"]),
            rules: [
                ListedRule(chain: "FORWARD", handle: 1, target: "CNI-FORWARD"),
                ListedRule(chain: "CNI-FORWARD", handle: 2, target: "CNI-ADMIN"),
                ListedRule(chain: "CNI-FORWARD", handle: 3, destination: gone),
                ListedRule(chain: "CNI-FORWARD", handle: 4, source: gone),
                ListedRule(chain: "CNI-FORWARD", handle: 5, source: live),
            ]
        )
        let some = RulePlan([table], live: LiveContainers(addresses: [live]), flannel: nil)
        let deleted = some.transaction.operations.map(\.description)
        #expect(deleted == [3, 4].map { "delete rule ip filter CNI-FORWARD handle \($0)" })
        let none = RulePlan([table], live: LiveContainers(), flannel: nil)
        #expect(Set(none.findings.map(\.name)) == ["ip filter CNI-FORWARD", "ip filter CNI-ADMIN"])
        #expect(none.findings.allSatisfy { $0.state == .leftover })
        var administered = table
        administered.rules.append(ListedRule(chain: "CNI-ADMIN", handle: 6))
        let kept = RulePlan([administered], live: LiveContainers(), flannel: nil)
        #expect(Self.states(kept)["ip filter CNI-FORWARD"] == .kept)
        #expect(Self.states(kept)["ip filter CNI-ADMIN"] == .kept)
        #expect(kept.transaction.operations.count == 3)
    }

    @Test func tablesOfTheirOwnGoWithTheLastContainer() {
        let hashes = "0123456789abcdef-0123456789abcdef"
        let table = TableListing(
            TableID(.inet, "cni_plugins_masquerade"),
            chains: Self.chains(["postrouting"], ["masq_checks"]),
            rules: [
                ListedRule(chain: "postrouting", handle: 1, target: "masq_checks"),
                ListedRule(chain: "masq_checks", handle: 2, comment: "\(hashes), net: n, if: eth0, id: c1"),
                ListedRule(chain: "masq_checks", handle: 3, comment: "\(hashes), net: n, if: eth0, id: c2"),
            ]
        )
        let one = RulePlan([table], live: LiveContainers(ids: ["c2"]), flannel: nil)
        #expect(one.transaction.operations.map(\.description).count == 1)
        #expect(one.transaction.operations[0].description.hasSuffix("handle 2"))
        #expect(Self.states(one)["inet cni_plugins_masquerade"] == .kept)
        let none = RulePlan([table], live: LiveContainers(), flannel: nil)
        #expect(none.transaction.operations.map(\.description) == ["delete table inet cni_plugins_masquerade"])
    }

    @Test func flannelsRulesStayWhileItRuns() {
        let tables = [
            TableListing(TableID(.ip, "flannel-ipv4")),
            TableListing(
                TableID(.ip, "nat"),
                chains: Self.chains(["POSTROUTING"], ["FLANNEL-POSTRTG"]),
                rules: [ListedRule(chain: "POSTROUTING", handle: 1, target: "FLANNEL-POSTRTG")]
            ),
        ]
        #expect(RulePlan(tables, live: LiveContainers(), flannel: "flanneld runs (process 7)").transaction.isEmpty)
        let plan = RulePlan(tables, live: LiveContainers(), flannel: nil)
        #expect(Set(plan.findings.map(\.name)) == ["ip flannel-ipv4", "ip nat FLANNEL-POSTRTG"])
        #expect(plan.transaction.operations.count == 4)
    }

    @Test(arguments: [
        "KUBE-SERVICES", "DOCKER", "CNI-", "CNI-0123456789abcdef0123456", "CNI-0123456789ABCDEF01234567", "NETAVARK-1",
        "CNI-HOSTPORT", "cni-br-iface-c1-eth0", "FLANNEL", "CNI-FORWARD",
    ])
    func othersChainsInNATHaveNoRole(_ name: String) {
        #expect(ForeignNames.role(name, "ip", "nat") == nil)
    }

    @Test(arguments: [
        ("name: \"a b\" id: \"c1\"", "c1", false), ("dnat name: \"n\" id: \"c2\"", "c2", false),
        ("dnat name: \"n\" id: \"cut", "cut", true), ("x-y, net: n, if: eth0, id: c3", "c3", false),
        ("c4", "c4", false),
    ])
    func commentsNameContainers(_ comment: String, _ id: String, _ isCut: Bool) {
        let found = ForeignNames.container(in: comment)
        #expect(found?.id == id && found?.isCut == isCut)
        #expect(ForeignNames.container(in: "CNI portfwd masquerade mark") == nil)
    }
}
