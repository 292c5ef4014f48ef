import NFTables
import NetworkTypes
import Testing

/// Statements: their text, and the instructions that nft 1.0.6 makes of the same text (`nft --debug=netlink`).
struct StatementTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let family: TableFamily
        let statement: Statement
        let text: String
        let expressions: [String]
        var testDescription: String { "\(family): \(text)" }
    }

    private static let address = IPv4Address(10, 244, 0, 2)
    private static func prefix(_ text: String) -> IPPrefix { IPPrefix(text) ?? .all(.ipv4) }

    static let cases: [Case] = matches + writes + endings

    private static let matches: [Case] = [
        Case(
            family: .ip,
            statement: .prefix(.sourceAddress(.ipv4), prefix("10.244.0.0/16")),
            text: "ip saddr 10.244.0.0/16",
            expressions: ["payload load 2b @ network header + 12 => reg 1", "cmp eq reg 1 0x0000f40a"]
        ),
        Case(
            family: .ip,
            statement: .prefix(.sourceAddress(.ipv4), prefix("10.244.0.0/17"), isInverted: true),
            text: "ip saddr != 10.244.0.0/17",
            expressions: [
                "payload load 4b @ network header + 12 => reg 1",
                "bitwise reg 1 = ( reg 1 & 0x0080ffff ) ^ 0x00000000", "cmp neq reg 1 0x0000f40a",
            ]
        ),
        Case(
            family: .inet,
            statement: .prefix(.destinationAddress(.ipv6), prefix("fd00::/64")),
            text: "ip6 daddr fd00::/64",
            expressions: [
                "meta load nfproto => reg 1", "cmp eq reg 1 0x0000000a",
                "payload load 8b @ network header + 24 => reg 1", "cmp eq reg 1 0x000000fd 0x00000000",
            ]
        ),
        Case(
            family: .bridge,
            statement: .compare(.sourceAddress(.ipv4), .equal, .address(address)),
            text: "ip saddr 10.244.0.2",
            expressions: [
                "meta load protocol => reg 1", "cmp eq reg 1 0x00000008",
                "payload load 4b @ network header + 12 => reg 1", "cmp eq reg 1 0x0200f40a",
            ]
        ),
        Case(
            family: .ip,
            statement: .compare(.payload(.destinationPort(.tcp)), .notEqual, .port(80)),
            text: "tcp dport != 80",
            expressions: [
                "meta load l4proto => reg 1", "cmp eq reg 1 0x00000006",
                "payload load 2b @ transport header + 2 => reg 1", "cmp neq reg 1 0x00005000",
            ]
        ),
        Case(
            family: .ip6,
            statement: .mark(has: 0x4000),
            text: "meta mark & 0x00004000 == 0x00004000",
            expressions: [
                "meta load mark => reg 1", "bitwise reg 1 = ( reg 1 & 0x00004000 ) ^ 0x00000000",
                "cmp eq reg 1 0x00004000",
            ]
        ),
        Case(
            family: .ip,
            statement: .range(.destinationPort, from: .port(1000), to: .port(2000)),
            text: "th dport 1000-2000",
            expressions: [
                "payload load 2b @ transport header + 2 => reg 1", "cmp gte reg 1 0x0000e803",
                "cmp lte reg 1 0x0000d007",
            ]
        ),
        Case(
            family: .ip,
            statement: .range(.mark, from: .host32(1), to: .host32(2), isInverted: true),
            text: "meta mark != 0x00000001-0x00000002",
            expressions: [
                "meta load mark => reg 1", "byteorder reg 1 = hton(reg 1, 4, 4)",
                "range neq reg 1 0x01000000 0x02000000",
            ]
        ),
        Case(
            family: .ip,
            statement: .connectionState([.established, .related]),
            text: "ct state established,related",
            expressions: [
                "ct load state => reg 1", "bitwise reg 1 = ( reg 1 & 0x00000006 ) ^ 0x00000000",
                "cmp neq reg 1 0x00000000",
            ]
        ),
        Case(
            family: .ip,
            statement: .isLocal(.destination),
            text: "fib daddr type local",
            expressions: ["fib daddr type => reg 1", "cmp eq reg 1 0x00000002"]
        ),
    ]

    private static let writes: [Case] = [
        Case(
            family: .ip,
            statement: .setMark(bits: 0x4000),
            text: "meta mark set meta mark | 0x00004000",
            expressions: [
                "meta load mark => reg 1", "bitwise reg 1 = ( reg 1 & 0xffffbfff ) ^ 0x00004000",
                "meta set mark with reg 1",
            ]
        ),
        Case(
            family: .ip6,
            statement: .set(.connection(.mark), .selector(.mark)),
            text: "ct mark set meta mark",
            expressions: ["meta load mark => reg 1", "ct set mark with reg 1"]
        ),
        Case(
            family: .ip,
            statement: .set(
                .meta(.mark),
                .selector(.jenkinsHash([.sourceAddress(.ipv4), .sourcePort], modulus: 8, seed: 0xabc))
            ),
            text: "meta mark set jhash ip saddr . th sport mod 8 seed 0xabc",
            expressions: [
                "payload load 4b @ network header + 12 => reg 2", "payload load 2b @ transport header + 0 => reg 13",
                "hash reg 1 = jhash(reg 2, 8, 0xabc) % mod 8", "meta set mark with reg 1",
            ]
        ),
        Case(
            family: .ip6,
            statement: .update(
                .update,
                NamedSet(TableID(.ip6, "t"), "m", key: [.ipv6Address, .classID], to: .value([.mark])),
                key: [.sourceAddress(.ipv6), .priority],
                timeout: 10_000,
                data: .selector(.mark)
            ),
            text: "update @m { ip6 saddr . meta priority timeout 10s : meta mark }",
            expressions: [
                "payload load 16b @ network header + 8 => reg 1", "meta load priority => reg 2",
                "meta load mark => reg 3", "dynset update reg_key 1 set m sreg_data 3 timeout 10000ms",
            ]
        ),
        Case(
            family: .ip6,
            statement: .translate(
                .destination,
                .ipv6,
                .operand(
                    .lookup(
                        [.priority],
                        NamedSet(
                            TableID(.ip6, "t"),
                            "slot0",
                            key: [.classID],
                            to: .value([.ipv6Address, .inetService])
                        )
                    )
                )
            ),
            text: "dnat ip6 to meta priority map @slot0",
            expressions: [
                "meta load priority => reg 1", "lookup reg 1 set slot0 dreg 1",
                "nat dnat ip6 addr_min reg 1 proto_min reg 2",
            ]
        ),
        Case(
            family: .ip,
            statement: .translate(.destination, .ipv4, .constant(.v4(address), 8080), .random),
            text: "dnat ip to 10.244.0.2:8080 random",
            expressions: [
                "immediate reg 1 0x0200f40a", "immediate reg 2 0x0000901f",
                "nat dnat ip addr_min reg 1 proto_min reg 2 flags 0x6",
            ]
        ),
        Case(
            family: .ip,
            statement: .redirect(8080),
            text: "redirect to :8080",
            expressions: ["immediate reg 1 0x0000901f", "redir proto_min reg 1 flags 0x2"]
        ),
    ]

    private static let endings: [Case] = [
        Case(
            family: .ip,
            statement: .masquerade(.fullyRandom),
            text: "masquerade fully-random",
            expressions: ["masq flags 0x10"]
        ),
        Case(
            family: .ip,
            statement: .reject(.tcpReset),
            text: "reject with tcp reset",
            expressions: ["reject type 1 code 0"]
        ),
        Case(
            family: .inet,
            statement: .reject(.icmpx(.port)),
            text: "reject with icmpx port-unreachable",
            expressions: ["reject type 2 code 1"]
        ),
        Case(
            family: .ip,
            statement: .limit(Limit(50, per: .second)),
            text: "limit rate 50/second burst 5 packets",
            expressions: ["limit rate 50/second burst 5 type packets flags 0x0"]
        ),
        Case(
            family: .ip,
            statement: .log(Log(.group(100), prefix: "weft")),
            text: "log prefix \"weft\" group 100",
            expressions: ["log prefix weft group 100 snaplen 0 qthreshold 0"]
        ),
        Case(
            family: .ip,
            statement: .counter(Counter(packets: 1, bytes: 2)),
            text: "counter packets 1 bytes 2",
            expressions: ["counter pkts 1 bytes 2"]
        ),
        Case(family: .ip, statement: .noTrack, text: "notrack", expressions: ["notrack"]),
        Case(family: .ip, statement: .goto("n2"), text: "goto n2", expressions: ["immediate reg 0 goto -> n2"]),
    ]

    @Test(arguments: cases)
    func textAndInstructions(_ testCase: Case) {
        let rule = Rule(TableID(testCase.family, "t"), "c", [testCase.statement])
        #expect(rule.text == testCase.text)
        #expect(rule.compiled().expressions.map(\.description) == testCase.expressions)
    }

    @Test
    func aRequirementIsMetOnceInARule() {
        let statement = Statement.compare(.sourceAddress(.ipv4), .equal, .address(Self.address))
        let rule = Rule(TableID(.inet, "t"), "c", [statement, statement])
        #expect(rule.compiled().expressions.count == 6)
    }

    @Test
    func numbersInHostOrderAreTurnedInIntervals() {
        let set = NamedSet(TableID(.ip, "t"), "s", key: [.mark, .inetService], flags: .interval)
        let rule = Rule(set.table, "c", [.member([.mark, .destinationPort], of: .named(set))])
        #expect(
            rule.compiled().expressions.map(\.description) == [
                "meta load mark => reg 1", "byteorder reg 1 = hton(reg 1, 4, 4)",
                "payload load 2b @ transport header + 2 => reg 9", "lookup reg 1 set s",
            ]
        )
        #expect(set.storedKey(ElementValue(.host32(1), .port(80))).bytes == [0, 0, 0, 1, 0, 80, 0, 0])
    }
}
