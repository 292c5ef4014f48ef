import LinuxSystem
import LinuxSystemTesting
import NFTables
import NFTablesTesting
import NetworkTypes
import Testing

/// The service proxy's layout, built through our API, beside the same one loaded by nft.
@Suite(.enabled(if: KernelFeature.nft.isAvailable, "needs nf_tables"))
struct NFTablesLayoutTests {
    /// The sample without the rules that nft 1.0.6 can't load for IPv6: updates of a map whose key has over 16 bytes.
    private static func loadable(_ family: IPFamily) -> Transaction {
        let sample = ServicesSample(family)
        var transaction = Transaction()
        transaction.add(sample.table)
        for chain in sample.chains { transaction.add(chain) }
        for (set, elements) in sample.sets {
            transaction.add(set)
            transaction.add(elements, to: set)
        }
        for rule in sample.rules where family == .ipv4 || !rule.text.contains("e @affinity {") {
            transaction.add(rule)
        }
        return transaction
    }

    private static func listing(after transaction: Transaction) throws -> String {
        try withTestNamespace("layout") { namespace in
            var connection = try NFTablesConnection()
            try connection.commit(transaction)
            return try namespace.witness("nft", "list", "ruleset")
        }
    }

    private static func listing(afterLoading script: String) throws -> String {
        try withTestNamespace("layout") { namespace in
            try Witness.run("nft", ["-f", "-"], in: namespace.namespace, input: script)
            return try namespace.witness("nft", "list", "ruleset")
        }
    }

    @Test(arguments: IPFamily.allCases)
    func committedLayoutListsAsTheOneThatNftLoads(family: IPFamily) throws {
        let ours = try Self.listing(after: Self.loadable(family))
        #expect(try ours == Self.listing(afterLoading: NFTablesLayoutText.text(family)))
        #expect(ours.split(separator: "\n").count > 180)
    }

    @Test(arguments: IPFamily.allCases)
    func scriptLoadsToTheSameRules(family: IPFamily) throws {
        let transaction = Self.loadable(family)
        #expect(try Self.listing(afterLoading: transaction.script) == Self.listing(after: transaction))
    }

    @Test(arguments: IPFamily.allCases)
    func listingLoadsOverWhatItLists(family: IPFamily) throws {
        let listing = try Self.listing(after: Self.loadable(family))
        let again = listing + "delete table \(ServicesSample(family).table)\n" + listing
        #expect(try Self.listing(afterLoading: again) == listing)
    }

    @Test(arguments: IPFamily.allCases)
    func everyRuleListsAsItsText(family: IPFamily) throws {
        let sample = ServicesSample(family)
        let listed = Set(
            try Self.listing(after: sample.transaction).split(separator: "\n").map { $0.drop { $0 == "\t" } }
        )
        for rule in sample.rules { #expect(listed.contains(rule.text[...]), "\(rule): \(rule.text)") }
    }
}
