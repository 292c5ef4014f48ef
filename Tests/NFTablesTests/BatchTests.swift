import NFTables
import Netlink
import NetworkTypes
import Testing

/// How a transaction becomes messages: splitting, numbering, acknowledging.
struct BatchTests {
    private let table = TableID(.ip6, "weft")

    private func elements(_ count: Int) -> [SetElement] {
        (0..<count).map {
            SetElement(
                ElementValue(.address(IPv6Address(high: 0xfd00 << 48, low: UInt64($0))), .transport(.tcp), .port(80)),
                value: ElementValue(.host32(UInt32($0))),
                comment: String(repeating: "c", count: $0 % 150)
            )
        }
    }

    private func lists(_ messages: [NetlinkMessage], kind: UInt16) throws -> [ArraySlice<UInt8>] {
        try messages.filter { $0.type == kind }.map { message in
            var reader = try message.attributes(after: 4)
            while reader.next(), reader.type != 3 {}
            return reader.payload
        }
    }

    /// The keys of a list of elements.
    private func keys(_ list: ArraySlice<UInt8>) -> [[UInt8]] {
        var found: [[UInt8]] = []
        var reader = AttributeReader(list)
        while reader.next() {
            var element = AttributeReader(reader.payload)
            while element.next() {
                if element.type == 1 { found.append(Array(element.payload.dropFirst(4))) }
            }
        }
        return found
    }

    @Test(arguments: [1, 700, 2000, 10_000])
    func elementsAreSplitBelowAnAttributesLimit(count: Int) throws {
        let set = NamedSet(
            table,
            "services",
            key: [.ipv6Address, .inetProtocol, .inetService],
            to: .value([.classID])
        )
        var transaction = Transaction()
        let elements = elements(count)
        transaction.add(elements, to: set)
        let messages = try NetlinkMessage.parse(try transaction.encoded().bytes())
        let lists = try lists(messages, kind: 0xa0c)
        #expect(lists.allSatisfy { $0.count <= 65_531 })
        #expect(lists.dropLast().allSatisfy { $0.count > 65_000 })
        #expect(lists.flatMap { keys($0) } == elements.map(\.key.bytes))
        #expect(
            messages.filter { $0.flags.contains(.acknowledge) }.map(\.sequence) == [
                messages[messages.count - 2].sequence
            ]
        )
    }

    @Test
    func aLargeAnonymousMapIsSplitToo() throws {
        var transaction = Transaction()
        let choices = (0..<5000).map { SetElement(ElementValue(.host32($0)), verdict: .goto("chain-\($0)")) }
        transaction.add(Rule(table, "c", [.verdictMap([.number(.random, modulus: 5000)], .anonymous(choices))]))
        let messages = try NetlinkMessage.parse(try transaction.encoded().bytes())
        let lists = try lists(messages, kind: 0xa0c)
        #expect(lists.count == 4)
        #expect(lists.allSatisfy { $0.count <= 65_531 })
        #expect(lists.flatMap { keys($0) }.count == 5000)
        #expect(messages.map(\.type) == [0x10, 0xa09, 0xa0c, 0xa0c, 0xa0c, 0xa0c, 0xa06, 0x11])
    }

    @Test
    func anonymousSetsOfSeveralRulesHaveNumbersOfTheirOwn() throws {
        var transaction = Transaction()
        let transports = Statement.transport(in: [.tcp, .udp])
        transaction.add(Rule(table, "c", [transports, transports]))
        transaction.add(Rule(table, "c", [transports]))
        let messages = try NetlinkMessage.parse(try transaction.encoded().bytes())
        let ids = try messages.filter { $0.type == 0xa09 }.map { message in
            var reader = try message.attributes(after: 4)
            while reader.next(), reader.type != 10 {}
            return reader.networkUInt32()
        }
        #expect(ids == [1, 2, 3])
    }

    @Test
    func destroyingIsAddingAndDeleting() throws {
        var transaction = Transaction()
        transaction.destroy(Table(table))
        let messages = try NetlinkMessage.parse(try transaction.encoded().bytes())
        #expect(messages.map(\.type) == [0x10, 0xa00, 0xa02, 0x11])
        #expect(transaction.script == "add table ip6 weft\ndelete table ip6 weft\n")
    }

    @Test
    func noElementsAreNoOperation() {
        var transaction = Transaction()
        transaction.delete([], from: NamedSet(table, "s", key: [.mark]))
        #expect(transaction.isEmpty)
    }

    @Test
    func theGenerationIsInTheBegin() throws {
        var transaction = Transaction()
        transaction.add(Table(table))
        let messages = try NetlinkMessage.parse(try transaction.encoded(generation: 0x0102_0304).bytes())
        #expect(messages.first?.payload.map { $0 } == [0, 0, 0, 10, 8, 0, 1, 0, 1, 2, 3, 4])
    }

    @Test(arguments: IPFamily.allCases)
    func intervalsOfOneFieldHaveAnEndElement(family: IPFamily) throws {
        let set = NamedSet(TableID(TableFamily(family), "weft"), "r", key: [.address(family)], flags: .interval)
        let prefix = try #require(IPPrefix(family == .ipv4 ? "10.1.0.0/16" : "fd00:1::/32"))
        var transaction = Transaction()
        transaction.add(
            [SetElement(ElementValue(.address(prefix.first)), through: ElementValue(.address(prefix.last)))],
            to: set
        )
        let lists = try lists(NetlinkMessage.parse(try transaction.encoded().bytes()), kind: 0xa0c)
        let next = try #require(prefix.last.advanced(by: 1))
        #expect(lists.flatMap { keys($0) } == [prefix.first.bytes, next.bytes])
    }

    @Test
    func anIntervalToTheHighestValueIsOpen() throws {
        let set = NamedSet(table, "r", key: [.inetService], flags: .interval)
        var transaction = Transaction()
        transaction.add([SetElement(ElementValue(.port(1024)), through: ElementValue(.port(65535)))], to: set)
        let lists = try lists(NetlinkMessage.parse(try transaction.encoded().bytes()), kind: 0xa0c)
        #expect(lists.flatMap { keys($0) } == [[4, 0, 0, 0]])
    }
}
