import NFTables
import NFTablesTesting
import NetworkTypes
import Testing

@testable import PodNetwork

/// The rules against the ruleset in memory, which judges packets as the kernel does.
struct MasqueradeRulesTests {
    private func rules(_ subnets: String...) throws -> MasqueradeRules {
        MasqueradeRules(network: "net", subnets: try subnets.map { try #require(IPPrefix($0)) })
    }

    private func isMasqueraded(_ ruleset: inout FakeRuleset, from source: String, to destination: String) throws -> Bool
    {
        let packet = TestPacket(
            .tcp,
            from: IPEndpoint(address: try #require(IPAddress(source)), port: Port(rawValue: 4000)),
            to: IPEndpoint(address: try #require(IPAddress(destination)), port: Port(rawValue: 80))
        )
        return ruleset.evaluate(packet, on: TestHost(addresses: [])).isMasqueraded
    }

    @Test(arguments: [
        ("10.1.0.5", "192.0.2.1", true), ("10.1.0.5", "10.1.0.6", false), ("10.1.0.5", "10.2.0.6", false),
        ("10.1.0.5", "224.0.0.251", false), ("10.1.0.5", "239.255.255.250", false), ("10.3.0.5", "192.0.2.1", false),
        ("192.0.2.1", "10.1.0.5", false), ("fd00::5", "2001:db8::1", true), ("fd00::5", "fd00::6", false),
        ("fd00::5", "ff02::fb", false), ("fd01::5", "2001:db8::1", false),
    ])
    func whatLeavesTheNetworkIsMasqueraded(_ source: String, _ destination: String, _ expected: Bool) throws {
        var ruleset = FakeRuleset()
        try rules("10.1.0.0/24", "10.2.0.0/24", "fd00::/64").ensure(&ruleset)
        #expect(try isMasqueraded(&ruleset, from: source, to: destination) == expected)
    }

    @Test func doingItAgainChangesNothing() throws {
        var ruleset = FakeRuleset()
        let rules = try rules("10.1.0.0/24", "fd00::/64")
        try rules.ensure(&ruleset)
        for family in [TableFamily.ip, .ip6] {
            let table = TableID(family, "weft-cni-net")
            #expect(ruleset.rules(of: "postrouting", in: table)?.count == 1)
        }
        try rules.ensure(&ruleset)
        for family in [TableFamily.ip, .ip6] {
            let table = TableID(family, "weft-cni-net")
            #expect(ruleset.rules(of: "postrouting", in: table)?.count == 1)
            #expect(ruleset.elements(of: "subnets", in: table)?.count == 1)
        }
    }

    @Test func removalTakesBothTablesAndNeedsNone() throws {
        var ruleset = FakeRuleset()
        try rules("10.1.0.0/24", "fd00::/64").ensure(&ruleset)
        for _ in 0..<2 {
            try ruleset.commit(MasqueradeRules.removal(network: "net"))
            #expect(ruleset.table(TableID(.ip, "weft-cni-net")) == nil)
            #expect(ruleset.table(TableID(.ip6, "weft-cni-net")) == nil)
        }
    }

    /// A committer that fails as the kernel does when others are at work at the same time.
    private struct Interfering: NFTablesCommitting {
        var answers: [NFTablesError.Code?]
        var commits: [Transaction] = []

        mutating func commit(_ transaction: Transaction) throws(NFTablesError) {
            commits.append(transaction)
            guard let code = answers.removeFirst() else { return }
            throw NFTablesError(code, operation: "test")
        }
    }

    @Test func whoComesSecondFindsTheOthersTable() throws {
        var committer = Interfering(answers: [.notFound, .alreadyExists, nil])
        let rules = try rules("10.1.0.0/24")
        try rules.ensure(&committer)
        #expect(committer.commits == [rules.addition, rules.creation, rules.addition])
    }

    @Test func overlappingSubnetsAreReplaced() throws {
        var committer = Interfering(answers: [.alreadyExists, nil])
        let rules = try rules("10.1.0.0/16")
        try rules.ensure(&committer)
        #expect(committer.commits == [rules.addition, rules.replacement])
    }

    @Test func itGivesUpAtLast() throws {
        var committer = Interfering(answers: Array(repeating: [.notFound, .alreadyExists], count: 20).flatMap { $0 })
        let rules = try rules("10.1.0.0/16")
        #expect(throws: NFTablesError.self) { try rules.ensure(&committer) }
        #expect(committer.commits.count == 12)
    }

    @Test(arguments: [NFTablesError.Code.notPermitted, .unsupported])
    func otherErrorsEndItAtOnce(_ code: NFTablesError.Code) throws {
        var committer = Interfering(answers: [code])
        let rules = try rules("10.1.0.0/16")
        #expect(throws: NFTablesError.self) { try rules.ensure(&committer) }
        #expect(committer.commits == [rules.addition])
    }
}
