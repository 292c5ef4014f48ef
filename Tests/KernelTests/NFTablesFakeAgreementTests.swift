import LinuxSystemTesting
import NFTables
import NFTablesTesting
import NetworkTypes
import Testing

/// The fake is only worth something if it refuses what the kernel refuses: each case is made by both.
struct NFTablesFakeAgreementTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let name: String
        /// nil: both must take it.
        let expected: NFTablesError.Code?
        let last: @Sendable (inout Transaction) -> Void
        var testDescription: String { name }
    }

    static let table = TableID(.ip, "weft")
    static let services = NamedSet(table, "services", key: [.ipv4Address], to: .value([.mark]))
    static let verdicts = NamedSet(table, "verdicts", key: [.ipv4Address], to: .verdict)
    static let small = NamedSet(table, "small", key: [.mark], size: 1)
    static let used = Chain(table, "used")
    static let unused = Chain(table, "unused")
    static let base = Chain(table, "base", base: BaseChain(.filter, .input, priority: 0))

    static func address(_ last: UInt8) -> ElementValue {
        ElementValue(.address(IPv4Address(rawValue: 0x0A60_0000 + UInt32(last))))
    }
    static func element(_ last: UInt8, mark: UInt32) -> SetElement {
        SetElement(address(last), value: ElementValue(.host32(mark)))
    }

    static func prepare(_ transaction: inout Transaction) {
        transaction.add(Table(table))
        for set in [services, verdicts, small] { transaction.add(set) }
        for chain in [used, unused, base] { transaction.add(chain) }
        transaction.add([element(1, mark: 1)], to: services)
        transaction.add(
            Rule(base, [.verdictMap([.sourceAddress(.ipv4)], .named(verdicts)), .verdict(.jump("used"))])
        )
    }

    static let cases: [Case] = [
        Case(name: "add everything again", expected: nil) { prepare(&$0) },
        Case(name: "create a table that is there", expected: .alreadyExists) { $0.create(Table(table)) },
        Case(name: "create a chain that is there", expected: .alreadyExists) { $0.create(used) },
        Case(name: "create a set that is there", expected: .alreadyExists) { $0.create(services) },
        Case(name: "create an element that is there", expected: .alreadyExists) {
            $0.create([element(1, mark: 1)], in: services)
        },
        Case(name: "add an element that is there with the same data", expected: nil) {
            $0.add([element(1, mark: 1)], to: services)
        },
        Case(name: "add an element that is there with other data", expected: .alreadyExists) {
            $0.add([element(1, mark: 2)], to: services)
        },
        Case(name: "replace the data of an element", expected: nil) { $0.replace([element(1, mark: 2)], in: services) },
        Case(name: "delete an element that is not there", expected: .notFound) {
            $0.delete([element(9, mark: 1)], from: services)
        },
        Case(name: "delete a table that is not there", expected: .notFound) { $0.delete(Table(.ip, "nobody")) },
        Case(name: "delete a chain that is not there", expected: .notFound) { $0.delete(Chain(table, "nobody")) },
        Case(name: "delete a chain that is jumped to", expected: .busy) { $0.delete(used) },
        Case(name: "delete a chain that nobody jumps to", expected: nil) { $0.delete(unused) },
        Case(name: "delete a set that a rule looks into", expected: .busy) { $0.delete(verdicts) },
        Case(name: "delete a set that no rule looks into", expected: nil) { $0.delete(services) },
        Case(name: "delete a set after flushing its rules", expected: nil) {
            $0.flush(base)
            $0.delete(verdicts)
        },
        Case(name: "flush a chain that is not there", expected: .notFound) { $0.flush(Chain(table, "nobody")) },
        Case(name: "a rule in a chain that is not there", expected: .notFound) {
            $0.add(Rule(table, "nobody", [.verdict(.accept)]))
        },
        Case(name: "a rule that jumps to a chain that is not there", expected: .notFound) {
            $0.add(Rule(base, [.verdict(.jump("nobody"))]))
        },
        Case(name: "a rule with a set that is not there", expected: .notFound) {
            let nobody = NamedSet(table, "nobody", key: [.ipv4Address])
            $0.add(Rule(base, [.member([.sourceAddress(.ipv4)], of: .named(nobody)), .verdict(.drop)]))
        },
        Case(name: "a verdict to a chain that is not there", expected: .notFound) {
            $0.add([SetElement(address(5), verdict: .goto("nobody"))], to: verdicts)
        },
        Case(name: "a verdict to a chain that is there", expected: nil) {
            $0.add([SetElement(address(5), verdict: .goto("unused"))], to: verdicts)
        },
        Case(name: "a verdict to a chain that is deleted", expected: .busy) {
            $0.add([SetElement(address(5), verdict: .goto("unused"))], to: verdicts)
            $0.delete(unused)
        },
        Case(name: "a full set", expected: .full) {
            $0.add([1, 2].map { SetElement(ElementValue(.host32($0))) }, to: small)
        },
        Case(name: "delete and make the table in one go", expected: nil) {
            $0.delete(Table(table))
            prepare(&$0)
        },
    ]

    @Test(.enabled(if: KernelFeature.nft.isAvailable), arguments: cases)
    func theFakeAndTheKernelSayTheSame(_ testCase: Case) throws {
        var transaction = Transaction()
        testCase.last(&transaction)
        var fake = FakeRuleset()
        let fakeCode = code(of: transaction, by: &fake)
        let kernelCode = try withTestNamespace("fake-agreement") { _ in
            var connection = try NFTablesConnection()
            return code(of: transaction, by: &connection)
        }
        #expect(fakeCode == testCase.expected)
        #expect(kernelCode == testCase.expected)
    }

    private func code(
        of transaction: Transaction,
        by ruleset: inout some NFTablesCommitting & ~Copyable
    ) -> NFTablesError.Code? {
        var first = Transaction()
        Self.prepare(&first)
        do throws(NFTablesError) {
            try ruleset.commit(first)
            try ruleset.commit(transaction)
            return nil
        } catch {
            return error.code
        }
    }
}
