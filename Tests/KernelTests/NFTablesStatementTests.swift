import LinuxSystem
import LinuxSystemTesting
import NFTables
import NetworkTypes
import Testing

/// Statements of every kind in every family: committed by us they list as when nft loads their text.
@Suite(.enabled(if: KernelFeature.nft.isAvailable, "needs nf_tables"))
struct NFTablesStatementTests {
    /// A chain that the kernel calls, and what may stand in it.
    struct Case: Sendable, CustomTestStringConvertible {
        let family: TableFamily
        let base: BaseChain
        let rules: [[Statement]]
        var testDescription: String { "\(family) \(base.kind) \(base.hook)" }
    }

    private static func filter(_ hook: Hook, _ priority: Int32 = 0) -> BaseChain {
        BaseChain(.filter, hook, priority: priority)
    }

    static let cases: [Case] =
        IPFamily.allCases.flatMap { family in
            [
                Case(family: TableFamily(family), base: filter(.input), rules: matches(family) + writes(family)),
                Case(family: .inet, base: filter(.forward), rules: matches(family) + [[.reject(.icmpx(.noRoute))]]),
                Case(family: .bridge, base: filter(.forward), rules: bridgeMatches(family)),
                Case(
                    family: TableFamily(family),
                    base: BaseChain(.nat, .prerouting, priority: .destinationNAT),
                    rules: translations(family)
                ),
                Case(
                    family: TableFamily(family),
                    base: BaseChain(.nat, .postrouting, priority: .sourceNAT),
                    rules: [[.masquerade()], [.masquerade([.random, .persistent])]]
                ),
                Case(family: TableFamily(family), base: filter(.prerouting, -300), rules: [[.noTrack]]),
            ]
        }

    private static func address(_ family: IPFamily) -> IPAddress {
        IPAddress(family == .ipv4 ? "10.244.0.2" : "fd00:244::2") ?? .loopback(family)
    }

    private static func prefix(_ family: IPFamily, _ length: Int) -> IPPrefix {
        IPPrefix(address: address(family), length: length) ?? .all(family)
    }

    private static func matches(_ family: IPFamily) -> [[Statement]] {
        let source = Selector.sourceAddress(family)
        let lengths = family == .ipv4 ? [8, 15, 24, 32] : [16, 33, 64, 128]
        let address = address(family)
        let pairs = [SetElement(ElementValue(.address(address), .port(80)))]
        return lengths.map { [.prefix(source, prefix(family, $0), isInverted: $0 % 2 == 1)] } + [
            [
                .compare(source, .equal, .address(address)),
                .compare(.payload(.destinationPort(.udp)), .equal, .port(53)),
            ],
            [.transport(.sctp), .compare(.sourcePort, .greater, .port(1023))],
            [.range(.payload(.destinationPort(.tcp)), from: .port(1000), to: .port(2000)), .accept],
            [.mark(7), .return],
            [.mark(has: 0x4000), .counter(), .drop],
            [
                .compare(.meta(.inputInterfaceName), .equal, .interfaceName("eth0")),
                .counter(Counter(packets: 1, bytes: 9)),
            ],
            [.connectionState([.established, .related]), .accept],
            [.connectionStatus(.destinationNAT), .accept],
            [.isLocal(.destination), .isLocal(.source), .drop],
            [.member([source, .payload(.destinationPort(.tcp))], of: .anonymous(pairs), isInverted: true), .drop],
            [.limit(Limit(10, per: .minute, burst: 7)), .log(Log(.group(3), prefix: "seen "))],
            [.limit(Limit(400, per: .second, isOver: true)), .drop],
            [.log(Log(.kernel(level: 6), prefix: "info"))],
        ]
    }

    private static func writes(_ family: IPFamily) -> [[Statement]] {
        let source = Selector.sourceAddress(family)
        let choices = [
            SetElement(ElementValue(.host32(0)), verdict: .accept), .init(ElementValue(.host32(1)), verdict: .drop),
        ]
        return [
            [.setMark(7)],
            [.setMark(bits: 0x4000)],
            [.clearMark(bits: 0x4000)],
            [.set(.connection(.mark), .selector(.mark))],
            [.set(.meta(.mark), .selector(.connection(.mark)))],
            [.set(.meta(.mark), .selector(.jenkinsHash([source, .priority], modulus: 16, seed: 5, offset: 2)))],
            [.set(.meta(.mark), .selector(.number(.incremental, modulus: 9, offset: 100)))],
            [.verdictMap([.symmetricHash(modulus: 2)], .anonymous(choices))],
            [.verdictMap([.number(.random, modulus: 2)], .anonymous(choices))],
            [.transport(.tcp), .reject(.tcpReset)],
        ]
    }

    private static func bridgeMatches(_ family: IPFamily) -> [[Statement]] {
        [
            [.compare(.sourceAddress(family), .equal, .address(address(family))), .drop],
            [
                .compare(
                    .payload(.etherSource),
                    .equal,
                    Field(bytes: [2, 0, 0, 0, 0, 1])
                ), .accept,
            ],
        ]
    }

    private static func translations(_ family: IPFamily) -> [[Statement]] {
        let address = address(family)
        return [
            [.translate(.destination, family, .constant(address, nil))],
            [.transport(.tcp), .translate(.destination, family, .constant(address, 8080), .persistent)],
            [.transport(.udp), .redirect(5353)],
            [.redirect()],
        ]
    }

    private static func listing(_ body: (TestNamespace) throws -> Void) throws -> String {
        try withTestNamespace("statements") { namespace in
            try body(namespace)
            return try namespace.witness("nft", "list", "ruleset")
        }
    }

    @Test(arguments: cases)
    func statementsListAsWhenNftLoadsTheirText(_ testCase: Case) throws {
        let table = Table(testCase.family, "weft-statements")
        let chain = Chain(table.id, "every", base: testCase.base)
        var transaction = Transaction()
        transaction.add(table)
        transaction.add(chain)
        for (index, statements) in testCase.rules.enumerated() {
            transaction.add(Rule(chain, statements, comment: "rule \(index)"))
        }
        let ours = try Self.listing { _ in
            var connection = try NFTablesConnection()
            try connection.commit(transaction)
        }
        let loaded = try Self.listing { namespace in
            try Witness.run("nft", ["-f", "-"], in: namespace.namespace, input: transaction.script)
        }
        #expect(ours == loaded)
        #expect(ours.split(separator: "comment").count == testCase.rules.count + 1)
    }

    @Test(arguments: IPFamily.allCases)
    func intervalsListAsWhenNftLoadsThem(family: IPFamily) throws {
        let table = Table(TableFamily(family), "weft-intervals")
        let single = NamedSet(table.id, "single", key: [.address(family)], flags: .interval)
        let joined = NamedSet(table.id, "joined", key: [.mark, .address(family), .inetService], flags: .interval)
        let map = NamedSet(table.id, "ports", key: [.inetService], to: .value([.mark]), flags: .interval)
        let addresses = [8, 24].map { prefix in
            let shift = UInt128(1) << UInt128(family.bitWidth - prefix)
            let other = IPAddress(family: family, rawValue: Self.address(family).rawValue ^ shift) ?? .any(family)
            return IPPrefix(address: other, length: prefix)?.masked ?? .all(family)
        }
        func element(_ prefix: IPPrefix) -> SetElement {
            SetElement(ElementValue(.address(prefix.first)), through: ElementValue(.address(prefix.last)))
        }
        let combined = SetElement(
            ElementValue(.host32(10), .address(addresses[1].first), .port(80)),
            through: ElementValue(.host32(300), .address(addresses[1].last), .port(90)),
            comment: "both ends"
        )
        let ports = SetElement(
            ElementValue(.port(1024)),
            through: ElementValue(.port(65535)),
            data: .value(ElementValue(.host32(5)))
        )
        var transaction = Transaction()
        transaction.add(table)
        for set in [single, joined, map] { transaction.add(set) }
        transaction.add(addresses.map(element), to: single)
        transaction.add([combined], to: joined)
        transaction.add([ports], to: map)
        let ours = try Self.listing { _ in
            var connection = try NFTablesConnection()
            try connection.commit(transaction)
        }
        let loaded = try Self.listing { namespace in
            try Witness.run("nft", ["-f", "-"], in: namespace.namespace, input: transaction.script)
        }
        #expect(ours == loaded)
        #expect(ours.contains("1024-65535 : 0x00000005"))
        try withTestNamespace("statements") { namespace in
            var connection = try NFTablesConnection()
            try connection.commit(transaction)
            var removal = Transaction()
            removal.delete(addresses.map(element), from: single)
            removal.delete([combined], from: joined)
            removal.delete([ports], from: map)
            try connection.commit(removal)
            #expect(try !namespace.witness("nft", "list", "ruleset").contains("elements"))
        }
    }
}
