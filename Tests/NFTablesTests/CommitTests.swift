import LinuxSystem
import NFTables
import Netlink
import NetlinkTesting
import NetworkTypes
import Testing

/// What the kernel's answers to a batch become, with a scripted kernel.
struct CommitTests {
    private let table = Table(.ip6, "weft")
    private var set: NamedSet { NamedSet(table.id, "s", key: [.ipv6Address]) }

    private var transaction: Transaction {
        var transaction = Transaction()
        transaction.add(table)
        transaction.add(set)
        transaction.add(
            (0..<5000).map { SetElement(ElementValue(.address(IPv6Address(high: 1, low: $0)))) },
            to: set
        )
        transaction.delete(Chain(table.id, "gone"))
        return transaction
    }

    /// Commits over a kernel that answers as the function says.
    private func commit(
        _ answer: @escaping @Sendable (NetlinkMessage) throws -> [NetlinkMessage]
    ) throws(NFTablesError) {
        let exchange = FakeExchange(answer)
        let socket = NetlinkSocket.connected { try exchange.exchange($0) }
        var connection = NFTablesConnection(socket: socket)
        try connection.commit(transaction)
    }

    private static func acknowledged(_ message: NetlinkMessage) -> [NetlinkMessage] {
        message.flags.contains(.acknowledge) ? [NetlinkMessage.acknowledgement(message)] : []
    }

    @Test
    func oneAcknowledgementIsSuccess() throws {
        try commit(Self.acknowledged)
    }

    @Test
    func anErrorIsOfItsOperation() {
        let error = #expect(throws: NFTablesError.self) {
            try commit { message in
                guard message.type == 0xa05 else { return Self.acknowledged(message) }
                return [NetlinkMessage.failure(message, Errno(rawValue: 2))]
            }
        }
        #expect(error?.isNotFound == true)
        #expect(error?.operationIndex == 3)
        #expect(error.map { "\($0)" } == "delete chain ip6 weft gone: no such file or directory (ENOENT)")
    }

    @Test
    func anOffsetNamesTheElement() {
        let error = #expect(throws: NFTablesError.self) {
            try commit { message in
                // The third list of elements, which begins at byte 52; each takes 28 bytes, and 2340 of them fill a list.
                guard message.type == 0xa0c, message.sequence == 6 else { return Self.acknowledged(message) }
                return [NetlinkMessage.failure(message, Errno(rawValue: 17), text: "no", offset: 52 + 28 * 9)]
            }
        }
        #expect(error?.isAlreadyExists == true)
        #expect(error?.operation == "add element")
        #expect(error?.object == "ip6 weft s { ::1:0:0:0:1251 }")
        #expect(error?.text == "no")
    }

    @Test(
        arguments: [
            (Int32(85), NFTablesError.Code.generationChanged), (1, .notPermitted), (105, .overrun), (95, .unsupported),
            (12, .kernel),
        ] as [(Int32, NFTablesError.Code)]
    )
    func anAnswerToTheBeginIsOfTheWhole(errno: Int32, code: NFTablesError.Code) {
        let error = #expect(throws: NFTablesError.self) {
            try commit { message in
                message.type == 0x10 ? [NetlinkMessage.failure(message, Errno(rawValue: errno))] : []
            }
        }
        #expect(error?.code == code)
        #expect(error?.operation == "commit")
        #expect(error?.operationIndex == nil)
    }

    @Test
    func noAnswerLeavesTheOutcomeUnknown() {
        let error = #expect(throws: NFTablesError.self) { try commit { _ in [] } }
        #expect(error?.code == .outcomeUnknown)
    }

    @Test
    func nothingIsSentForNothing() throws {
        let exchange = FakeExchange.acknowledging
        let socket = NetlinkSocket.connected { try exchange.exchange($0) }
        var connection = NFTablesConnection(socket: socket)
        try connection.commit(Transaction())
        #expect(exchange.requests.isEmpty)
    }

    @Test
    func whatCanNotBeEncodedIsNotSent() {
        let exchange = FakeExchange.acknowledging
        let socket = NetlinkSocket.connected { try exchange.exchange($0) }
        var connection = NFTablesConnection(socket: socket)
        var transaction = Transaction()
        transaction.add(Chain(table.id, "drop"))
        let error = #expect(throws: NFTablesError.self) { try connection.commit(transaction) }
        #expect(error?.code == .invalid)
        #expect(exchange.requests.isEmpty)
    }
}
