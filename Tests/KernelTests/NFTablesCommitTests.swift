import LinuxSystem
import LinuxSystemTesting
import NFTables
import NetworkTypes
import Testing

/// Transactions against the kernel: all or nothing, of any size, with errors that name their object.
@Suite(.enabled(if: KernelFeature.nft.isAvailable, "needs nf_tables"))
struct NFTablesCommitTests {
    private static func table(_ family: IPFamily) -> Table { Table(TableFamily(family), "weft-commit") }

    private static func address(_ family: IPFamily, _ number: UInt32) -> IPAddress {
        family == .ipv4
            ? .v4(IPv4Address(rawValue: 0x0a00_0000 + number))
            : .v6(IPv6Address(high: 0xfd00_0001_0000_0000, low: UInt64(number)))
    }

    private static func map(_ family: IPFamily) -> NamedSet {
        NamedSet(
            table(family).id,
            "big",
            key: [.address(family), .inetProtocol, .inetService],
            to: .value([.classID])
        )
    }

    private static func element(_ family: IPFamily, _ number: UInt32, data: UInt32 = 1) -> SetElement {
        SetElement(
            ElementValue(.address(address(family, number)), .transport(.tcp), .port(80)),
            value: ElementValue(.host32(data)),
            comment: "namespace/service-\(number):http"
        )
    }

    private static func listedAddresses(_ namespace: TestNamespace, _ family: IPFamily) throws -> Int {
        let map = map(family)
        let listing = try namespace.witness("nft", "list", "map", "\(map.table.family)", map.table.name, map.name)
        return listing.split(separator: "comment").count - 1
    }

    @Test(arguments: IPFamily.allCases)
    func aHundredThousandElementsAreOneTransaction(family: IPFamily) throws {
        try withTestNamespace { namespace in
            var connection = try NFTablesConnection()
            var transaction = Transaction()
            transaction.add(Self.table(family))
            transaction.add(Self.map(family))
            transaction.add((0..<100_000).map { Self.element(family, $0) }, to: Self.map(family))
            let before = try connection.generation().identifier
            try connection.commit(transaction)
            #expect(try connection.generation().identifier == before + 1)
            #expect(try Self.listedAddresses(namespace, family) == 100_000)
        }
    }

    @Test(arguments: IPFamily.allCases)
    func aFaultInTheMiddleLeavesNothingBehind(family: IPFamily) throws {
        try withTestNamespace { namespace in
            var connection = try NFTablesConnection()
            var elements = (0..<100_000).map { Self.element(family, $0) }
            elements[60_000] = Self.element(family, 17, data: 2)
            var transaction = Transaction()
            transaction.add(Self.table(family))
            transaction.add(Self.map(family))
            transaction.add(elements, to: Self.map(family))
            transaction.add(Chain(Self.table(family).id, "behind"))
            let error = #expect(throws: NFTablesError.self) { try connection.commit(transaction) }
            #expect(error?.isAlreadyExists == true)
            #expect(error?.operationIndex == 2)
            let key = "\(Self.address(family, 17)) . tcp . 80"
            #expect(error?.object == "\(TableFamily(family)) weft-commit big { \(key) }")
            #expect(try namespace.witness("nft", "list", "ruleset") == "")
        }
    }

    @Test(arguments: IPFamily.allCases)
    func theFailedOperationIsNamed(family: IPFamily) throws {
        try withTestNamespace { namespace in
            var connection = try NFTablesConnection()
            let table = Self.table(family)
            var transaction = Transaction()
            transaction.add(table)
            transaction.add(Rule(table.id, "nowhere", [.drop]))
            let error = #expect(throws: NFTablesError.self) { try connection.commit(transaction) }
            let text = error.map { "\($0)" }
            #expect(text == "add rule \(table) nowhere: no such file or directory (ENOENT)")
            #expect(try namespace.witness("nft", "list", "ruleset") == "")
        }
    }

    @Test
    func theFirstOfSeveralFaultsIsReported() throws {
        try withTestNamespace { _ in
            var connection = try NFTablesConnection()
            let table = Self.table(.ipv4)
            var transaction = Transaction()
            transaction.add(table)
            for number in 0..<5000 { transaction.delete(Chain(table.id, "missing-\(number)")) }
            let error = #expect(throws: NFTablesError.self) { try connection.commit(transaction) }
            #expect(error?.object == "ip weft-commit missing-0")
            #expect(error?.operationIndex == 1)
            // The socket is as good as before.
            var next = Transaction()
            next.add(table)
            try connection.commit(next)
        }
    }

    @Test
    func anOldGenerationIsRefused() throws {
        try withTestNamespace { _ in
            var connection = try NFTablesConnection()
            let before = try connection.generation().identifier
            var transaction = Transaction()
            transaction.add(Self.table(.ipv4))
            try connection.commit(transaction, ifGeneration: before)
            let error = #expect(throws: NFTablesError.self) {
                try connection.commit(transaction, ifGeneration: before)
            }
            #expect(error?.code == .generationChanged)
            #expect(error?.errno == Errno(rawValue: 85))
        }
    }

    @Test(arguments: IPFamily.allCases)
    func aFullSetIsSaid(family: IPFamily) throws {
        try withTestNamespace { _ in
            var connection = try NFTablesConnection()
            var map = Self.map(family)
            map.size = 10
            var transaction = Transaction()
            transaction.add(Self.table(family))
            transaction.add(map)
            transaction.add((0..<11).map { Self.element(family, $0) }, to: map)
            let error = #expect(throws: NFTablesError.self) { try connection.commit(transaction) }
            #expect(error?.code == .full)
        }
    }

    @Test(arguments: IPFamily.allCases)
    func dataAreReplacedInOneTransaction(family: IPFamily) throws {
        try withTestNamespace { namespace in
            var connection = try NFTablesConnection()
            let map = Self.map(family)
            var transaction = Transaction()
            transaction.add(Self.table(family))
            transaction.add(map)
            transaction.add((0..<3).map { Self.element(family, $0) }, to: map)
            try connection.commit(transaction)
            var change = Transaction()
            change.replace([Self.element(family, 1, data: 0x20003)], in: map)
            try connection.commit(change)
            let listing = try namespace.witness("nft", "list", "ruleset")
            #expect(listing.contains("service-1:http\" : 2:3"))
            #expect(listing.contains("service-2:http\" : 0:1"))
        }
    }
}
