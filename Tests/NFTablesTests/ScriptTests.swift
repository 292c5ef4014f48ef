import NFTables
import NetworkTypes
import Testing

/// Transactions in nft's notation.
struct ScriptTests {
    private static let table = TableID(.ip, "weft")
    private static let services = NamedSet(
        table,
        "services",
        key: [.ipv4Address, .inetProtocol, .inetService],
        to: .value([.classID]),
        comment: "who serves"
    )
    private static let web = SetElement(
        ElementValue(.address(IPv4Address(10, 96, 0, 1)), .transport(.tcp), .port(80)),
        value: ElementValue(.classID(1, 2)),
        comment: "default/web:http"
    )

    struct Case: Sendable, CustomTestStringConvertible {
        let change: @Sendable (inout Transaction) -> Void
        let script: String
        var testDescription: String { script }
    }

    static let cases: [Case] = [
        Case(
            change: { $0.add(Table(table, comment: "say \"hi\"")) },
            script: "add table ip weft { comment \"say 'hi'\"; }\n"
        ),
        Case(change: { $0.create(Table(table, isDormant: true)) }, script: "create table ip weft { flags dormant; }\n"),
        Case(change: { $0.flush(Table(table)) }, script: "flush table ip weft\n"),
        Case(change: { $0.add(Chain(table, "services")) }, script: "add chain ip weft services\n"),
        Case(
            change: { $0.add(Chain(table, "in", base: BaseChain(.filter, .input, priority: .filter, policy: .drop))) },
            script: "add chain ip weft in { type filter hook input priority 0; policy drop; }\n"
        ),
        Case(
            change: { $0.add(services) },
            script: "add map ip weft services { type ipv4_addr . inet_proto . inet_service : classid;"
                + " comment \"who serves\"; }\n"
        ),
        Case(
            change: {
                $0.add(
                    NamedSet(
                        table,
                        "s",
                        key: [.mark],
                        to: .verdict,
                        flags: [.timeout, .dynamic],
                        timeout: 5_430_000,
                        size: 9
                    )
                )
            },
            script: "add map ip weft s { type mark : verdict; size 9; flags dynamic,timeout; timeout 1h30m30s; }\n"
        ),
        Case(
            change: { $0.add([web], to: services) },
            script: "add element ip weft services { 10.96.0.1 . tcp . 80 comment \"default/web:http\" : 1:2 }\n"
        ),
        Case(
            change: { $0.delete([web], from: services) },
            script: "delete element ip weft services { 10.96.0.1 . tcp . 80 }\n"
        ),
        Case(change: { $0.flush(services) }, script: "flush map ip weft services\n"),
        Case(
            change: { $0.add(Rule(table, "c", [.transport(.tcp), .drop], comment: "no")) },
            script: "add rule ip weft c meta l4proto tcp drop comment \"no\"\n"
        ),
        Case(change: { $0.insert(Rule(table, "c", [.accept])) }, script: "insert rule ip weft c accept\n"),
        Case(
            change: { $0.replace(Rule(table, "c", handle: 4, [.accept])) },
            script: "replace rule ip weft c handle 4 accept\n"
        ),
        Case(change: { $0.delete(Rule(table, "c", handle: 4)) }, script: "delete rule ip weft c handle 4\n"),
    ]

    @Test(arguments: cases)
    func operationsReadAsNftWritesThem(_ testCase: Case) {
        var transaction = Transaction()
        testCase.change(&transaction)
        #expect(transaction.script == testCase.script)
    }

    @Test(arguments: [
        ("203.0.113.10", "203.0.113.10", "203.0.113.10"), ("192.168.0.0", "192.168.0.3", "192.168.0.0/30"),
        ("10.0.0.1", "10.0.0.2", "10.0.0.1-10.0.0.2"), ("0.0.0.0", "255.255.255.255", "0.0.0.0/0"),
        ("2001:db8::", "2001:db8::ffff", "2001:db8::/112"), ("fd00::1", "fd00::3", "fd00::1-fd00::3"),
    ])
    func intervalsArePrefixesWhereTheyCanBe(first: String, last: String, text: String) throws {
        let (first, last) = (try #require(IPAddress(first)), try #require(IPAddress(last)))
        let element = SetElement(ElementValue(.address(first)), through: ElementValue(.address(last)))
        #expect(element.keyText([.address(first.family)]) == text)
    }

    @Test
    func longCommentsAreCutBetweenCharacters() {
        let element = SetElement(ElementValue(.host32(1)), comment: String(repeating: "ä", count: 100) + "b")
        let text = element.text(key: [.mark], content: .nothing)
        #expect(text == "0x00000001 comment \"\(String(repeating: "ä", count: 64))\"")
    }
}
