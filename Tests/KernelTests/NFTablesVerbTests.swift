import LinuxSystemTesting
import NFTables
import NetworkTypes
import Testing

/// Every verb on every kind of object against the kernel: what it does, and what it refuses.
@Suite(.enabled(if: KernelFeature.nft.isAvailable, "needs nf_tables"))
struct NFTablesVerbTests {
    /// One change of a table with a chain `c` of one rule and a set `s` of one element, and what nft lists then.
    struct Case: Sendable, CustomTestStringConvertible {
        let name: String
        let change: @Sendable (inout Transaction, NFTablesVerbTests) -> Void
        /// Words that must be in the listing, and words that must not.
        var has: [String] = []
        var lacks: [String] = []
        var failure: NFTablesError.Code?
        /// NFT_MSG_DESTROYRULE and NFT_MSG_DESTROYSETELEM: an older kernel refuses them, as a whole.
        var isSince63 = false
        var testDescription: String { name }
    }

    let table = Table(.inet, "weft-verbs", comment: "the verbs")
    var chain: Chain { Chain(table.id, "c") }
    var set: NamedSet { NamedSet(table.id, "s", key: [.ipv6Address, .mark]) }
    func key(_ number: UInt64) -> SetElement {
        SetElement(ElementValue(.address(IPv6Address(high: 0xfd00 << 48, low: number)), .host32(7)))
    }
    func rule(_ statement: Statement, handle: UInt64? = nil) -> Rule {
        var rule = Rule(chain, [statement])
        rule.handle = handle
        return rule
    }
    var other: Table { Table(.inet, "weft-other") }
    var otherChain: Chain { Chain(table.id, "other") }
    var otherSet: NamedSet { NamedSet(table.id, "other-set", key: [.inetService]) }

    static let cases: [Case] = [
        Case(name: "add table", change: { $0.add($1.other) }, has: ["table inet weft-other"]),
        Case(name: "add table again", change: { $0.add($1.table) }, has: ["comment \"the verbs\""]),
        Case(name: "create table", change: { $0.create($1.other) }, has: ["table inet weft-other"]),
        Case(name: "create table again", change: { $0.create($1.table) }, failure: .alreadyExists),
        Case(name: "delete table", change: { $0.delete($1.table) }, lacks: ["table"]),
        Case(name: "delete missing table", change: { $0.delete($1.other) }, failure: .notFound),
        Case(name: "destroy table", change: { $0.destroy($1.table) }, lacks: ["table"]),
        Case(name: "destroy missing table", change: { $0.destroy($1.other) }, lacks: ["weft-other"]),
        Case(name: "flush table", change: { $0.flush($1.table) }, has: ["chain c", "fd00::1"], lacks: ["accept"]),
        Case(name: "add chain", change: { $0.add($1.otherChain) }, has: ["chain other"]),
        Case(name: "create chain", change: { $0.create($1.otherChain) }, has: ["chain other"]),
        Case(name: "create chain again", change: { $0.create($1.chain) }, failure: .alreadyExists),
        Case(name: "delete chain", change: { $0.delete($1.chain) }, has: ["set s"], lacks: ["chain c"]),
        Case(name: "delete missing chain", change: { $0.delete($1.otherChain) }, failure: .notFound),
        Case(name: "destroy chain", change: { $0.destroy($1.chain) }, lacks: ["chain c"]),
        Case(name: "destroy missing chain", change: { $0.destroy($1.otherChain) }, lacks: ["chain other"]),
        Case(name: "flush chain", change: { $0.flush($1.chain) }, has: ["chain c"], lacks: ["accept"]),
        Case(name: "add set", change: { $0.add($1.otherSet) }, has: ["set other-set"]),
        Case(name: "create set", change: { $0.create($1.otherSet) }, has: ["set other-set"]),
        Case(name: "create set again", change: { $0.create($1.set) }, failure: .alreadyExists),
        Case(name: "delete set", change: { $0.delete($1.set) }, lacks: ["set s"]),
        Case(name: "delete missing set", change: { $0.delete($1.otherSet) }, failure: .notFound),
        Case(name: "destroy set", change: { $0.destroy($1.set) }, lacks: ["set s"]),
        Case(name: "destroy missing set", change: { $0.destroy($1.otherSet) }, lacks: ["other-set"]),
        Case(name: "flush set", change: { $0.flush($1.set) }, has: ["set s"], lacks: ["elements"]),
        Case(name: "add rule", change: { $0.add($1.rule(.drop)) }, has: ["accept\n\t\tdrop"]),
        Case(name: "insert rule", change: { $0.insert($1.rule(.drop)) }, has: ["drop\n\t\taccept"]),
        Case(name: "replace rule", change: { $0.replace($1.rule(.drop, handle: 2)) }, has: ["drop"], lacks: ["accept"]),
        Case(name: "replace missing rule", change: { $0.replace($1.rule(.drop, handle: 99)) }, failure: .notFound),
        Case(name: "delete rule", change: { $0.delete($1.rule(.drop, handle: 2)) }, lacks: ["accept"]),
        Case(name: "delete missing rule", change: { $0.delete($1.rule(.drop, handle: 99)) }, failure: .notFound),
        Case(name: "delete rule without handle", change: { $0.delete($1.rule(.drop)) }, failure: .invalid),
        Case(
            name: "destroy rule",
            change: { $0.destroy($1.rule(.drop, handle: 2)) },
            lacks: ["accept"],
            isSince63: true
        ),
        Case(
            name: "destroy missing rule",
            change: { $0.destroy($1.rule(.drop, handle: 99)) },
            has: ["accept"],
            isSince63: true
        ),
        Case(name: "add element", change: { $0.add([$1.key(2)], to: $1.set) }, has: ["fd00::1", "fd00::2"]),
        Case(name: "add element again", change: { $0.add([$1.key(1)], to: $1.set) }, has: ["fd00::1"]),
        Case(name: "create element", change: { $0.create([$1.key(2)], in: $1.set) }, has: ["fd00::2"]),
        Case(name: "create element again", change: { $0.create([$1.key(1)], in: $1.set) }, failure: .alreadyExists),
        Case(name: "delete element", change: { $0.delete([$1.key(1)], from: $1.set) }, lacks: ["fd00::1"]),
        Case(name: "delete missing element", change: { $0.delete([$1.key(2)], from: $1.set) }, failure: .notFound),
        Case(
            name: "destroy element",
            change: { $0.destroy([$1.key(1)], from: $1.set) },
            lacks: ["fd00::1"],
            isSince63: true
        ),
        Case(
            name: "destroy missing element",
            change: { $0.destroy([$1.key(2)], from: $1.set) },
            has: ["fd00::1"],
            isSince63: true
        ),
        Case(name: "delete no elements", change: { $0.delete([], from: $1.set) }, has: ["fd00::1"]),
        Case(name: "add keyword", change: { $0.add(Chain($1.table.id, "drop")) }, failure: .invalid),
    ]

    @Test(arguments: cases)
    func verbsDoWhatTheySay(_ testCase: Case) throws {
        try withTestNamespace("verbs") { namespace in
            var connection = try NFTablesConnection()
            var start = Transaction()
            start.add(table)
            start.add(chain)
            start.add(rule(.accept))
            start.add(set)
            start.add([key(1)], to: set)
            try connection.commit(start)
            let before = try namespace.witness("nft", "list", "ruleset")
            var transaction = Transaction()
            testCase.change(&transaction, self)
            let failure =
                testCase.isSince63 && KernelRelease.current < KernelRelease(6, 3) ? .kernel : testCase.failure
            if let failure {
                let error = #expect(throws: NFTablesError.self) { try connection.commit(transaction) }
                #expect(error?.code == failure, "\(error.map { "\($0)" } ?? "none")")
                #expect(try namespace.witness("nft", "list", "ruleset") == before)
                return
            }
            try connection.commit(transaction)
            let listing = try namespace.witness("nft", "list", "ruleset")
            for word in testCase.has { #expect(listing.contains(word), "\(listing)") }
            for word in testCase.lacks { #expect(!listing.contains(word), "\(listing)") }
        }
    }
}
