import LinuxSystem
import LinuxSystemTesting
import NFTables
import NFTablesInspect
import NFTablesTesting
import NetworkTypes
import Testing

/// What we write, read back through libnftnl: an independent reader of the kernel's content.
@Suite(.enabled(if: KernelFeature.nft.isAvailable, "needs nf_tables"))
struct NFTablesInspectTests {
    private static func commit(_ transaction: Transaction) throws {
        var connection = try NFTablesConnection()
        try connection.commit(transaction)
    }

    /// The kernel says more than it was told: flags that are 0, the other end of a range that is none.
    private static func withoutDefaults(_ expression: String) -> String {
        var words = expression.split(separator: " ").map(String.init)
        if words.first == "lookup" && words.last == "0x0" { words.removeLast() }
        if words.suffix(2) == ["timeout", "0ms"] { words.removeLast(2) }
        guard words.first == "nat" else { return words.joined(separator: " ") }
        for extra in ["addr_max", "proto_max"] {
            if let index = words.firstIndex(of: extra) { words.removeSubrange(index..<index + 3) }
        }
        if words.suffix(2) == ["flags", "0x3"] { words.removeLast(2) }
        return words.joined(separator: " ")
    }

    @Test(arguments: IPFamily.allCases)
    func everythingComesBack(family: IPFamily) throws {
        let sample = ServicesSample(family)
        try withTestNamespace { _ in
            try Self.commit(sample.transaction)
            let ruleset = try RulesetReader().read((sample.table.id.family, sample.table.id.name))
            let table = try #require(ruleset.table(sample.table.id.family, sample.table.id.name))
            #expect(table.comment == sample.table.comment)
            #expect(table.chains.map(\.name).sorted() == sample.chains.map(\.name).sorted())
            for (set, elements) in sample.sets {
                let read = try #require(table.set(set.name))
                #expect(read.keyType == set.key.identifier)
                #expect(Set(read.elements.map(\.key)) == Set(elements.map(\.key.bytes)))
                #expect(Set(read.elements.map(\.comment)) == Set(elements.map(\.comment)))
            }
        }
    }

    @Test(arguments: IPFamily.allCases)
    func rulesComeBackAsTheirInstructions(family: IPFamily) throws {
        let sample = ServicesSample(family)
        try withTestNamespace { _ in
            try Self.commit(sample.transaction)
            let table = try #require(try RulesetReader().read().tables.first)
            for chain in sample.chains {
                let written = sample.rules.filter { $0.chain == chain.name }
                let read = try #require(table.chain(chain.name)).rules
                #expect(read.count == written.count)
                for (rule, found) in zip(written, read) {
                    // The kernel numbers a rule's own sets in place of "%d".
                    let plain = rule.compiled().expressions.map(\.description).filter { !$0.contains("__") }
                    #expect(found.expressions.filter { !$0.contains("__") }.map(Self.withoutDefaults) == plain)
                    #expect(found.expressions.count == rule.compiled().expressions.count)
                }
            }
        }
    }

    @Test(arguments: IPFamily.allCases)
    func theCanonicalDumpIsOfTheContentAlone(family: IPFamily) throws {
        let sample = ServicesSample(family)
        let services = try #require(sample.sets.first)
        let (once, twice) = try withTestNamespace { namespace in
            try Self.commit(sample.transaction)
            let once = try RulesetReader.canonicalDump()
            // Other handles, other numbers of the rules' own sets, another order of elements.
            var again = Transaction()
            again.delete(sample.table)
            again.append(sample.transaction)
            again.flush(services.0)
            again.add(services.1.reversed(), to: services.0)
            try Self.commit(again)
            let affinity = sample.affinity
            try namespace.witness(
                "nft",
                "add element \(affinity) { \(sample.pod(9)) . 0:2 : 0x65 }"
            )
            return (once, try RulesetReader.canonicalDump())
        }
        #expect(once == twice)
        #expect(once.split(separator: "\n").count > 60)
    }

    @Test(arguments: IPFamily.allCases)
    func theCanonicalDumpTellsEveryDifference(family: IPFamily) throws {
        let sample = ServicesSample(family)
        let (services, elements) = try #require(sample.sets.first)
        var changed = elements[0]
        changed.data = .value(ElementValue(.classID(9, 9)))
        let changes: [(inout Transaction) -> Void] = [
            { $0.delete([elements[0]], from: services) },
            { $0.replace([changed], in: services) },
            { $0.add(Rule(sample.table.id, "n2", [.accept])) },
            { $0.add(Chain(sample.table.id, "more")) },
            { $0.add(NamedSet(sample.table.id, "more", key: [.mark])) },
            { $0.add(Table(.inet, "foreign")) },
        ]
        for change in changes {
            try withTestNamespace { _ in
                try Self.commit(sample.transaction)
                let before = try RulesetReader.canonicalDump()
                var transaction = Transaction()
                change(&transaction)
                try Self.commit(transaction)
                #expect(try RulesetReader.canonicalDump() != before)
            }
        }
    }
}
