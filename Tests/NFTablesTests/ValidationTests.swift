import NFTables
import NetworkTypes
import Testing

/// What is refused before anything is sent.
struct ValidationTests {
    private static let table = TableID(.ip, "weft")
    private static let map = NamedSet(table, "m", key: [.ipv4Address, .inetService], to: .value([.mark]))
    private static let key = ElementValue(.address(IPv4Address.loopback), .port(80))

    struct Case: Sendable, CustomTestStringConvertible {
        let change: @Sendable (inout Transaction) -> Void
        let text: String
        var testDescription: String { text }
    }

    static let cases: [Case] = [
        Case(
            change: { $0.add(Chain(table, "accept")) },
            text: "add chain ip weft accept: the name is a keyword of nft, whose listing could not be loaded"
        ),
        Case(change: { $0.add(Chain(table, "")) }, text: "add chain ip weft : a name has 1 to 255 bytes"),
        Case(
            change: { $0.create(Table(.ip, "a b")) },
            text: "create table ip a b: nft reads back only names of letters, digits and -_./ that begin with a letter"
        ),
        Case(
            change: { $0.add(Table(.ip, "9lives")) },
            text: "add table ip 9lives: nft reads back only names of letters, digits and -_./ that begin with a letter"
        ),
        Case(
            change: { $0.add([SetElement(ElementValue(.port(80)), value: ElementValue(.host32(1)))], to: map) },
            text: "add element ip weft m: a key has 2 bytes, ipv4_addr . inet_service has 8"
        ),
        Case(
            change: { $0.add([SetElement(key, value: ElementValue(.port(1)))], to: map) },
            text: "add element ip weft m: a value has 2 bytes, mark has 4"
        ),
        Case(
            change: { $0.add([SetElement(key)], to: map) },
            text: "add element ip weft m: the element's data are not what the map holds"
        ),
        Case(
            change: { $0.add([SetElement(key, through: key, data: .value(ElementValue(.host32(1))))], to: map) },
            text: "add element ip weft m: the set does not hold intervals"
        ),
        Case(
            change: { $0.delete(Rule(table, "c", [])) },
            text: "delete rule ip weft c: a rule is named by its handle"
        ),
        Case(
            change: { $0.add(NamedSet(table, "s", key: [])) },
            text: "add set ip weft s: a type has 1 to 5 components"
        ),
        Case(
            change: {
                $0.add(NamedSet(table, "s", key: [.ipv6Address, .ipv6Address, .ipv6Address, .ipv6Address, .mark]))
            },
            text: "add set ip weft s: a key or value has at most 64 bytes"
        ),
    ]

    @Test(arguments: cases)
    func faultsAreSaidWithTheirPlace(_ testCase: Case) {
        var transaction = Transaction()
        transaction.add(Table(Self.table))
        testCase.change(&transaction)
        let error = #expect(throws: NFTablesError.self) { try transaction.encoded() }
        #expect(error.map { "\($0)" } == testCase.text)
        #expect(error?.code == .invalid)
        #expect(error?.operationIndex == 1)
    }

    @Test(arguments: ["KUBE-SVC-ABC123", "a", "_x", "weft.d/1", "group", "services"])
    func namesThatNftReadsAreTaken(name: String) throws {
        var transaction = Transaction()
        transaction.add(Chain(Self.table, name))
        _ = try transaction.encoded()
    }
}
