import LinuxSystem
import Netlink
import NetlinkTesting
import Testing

struct NetlinkMessageTests {
    static let two = [UInt8](
        hex: """
            15000000 1000 0200 07000000 39300000  01020304 05 000000
            10000000 0300 0200 07000000 39300000
            """
    )

    @Test func aDatagramIsTakenApart() throws {
        let messages = try NetlinkMessage.parse(Self.two)
        #expect(messages.count == 2)
        #expect(messages[0].type == 16 && messages[0].flags == .multi && messages[0].sequence == 7)
        #expect(messages[0].portID == 12_345 && Array(messages[0].payload) == [1, 2, 3, 4, 5])
        #expect(try messages[0].field(at: 1, as: UInt16.self) == 0x0302)
        #expect(messages[1].type == NetlinkMessage.done && messages[1].isControl && messages[1].payload.isEmpty)
        #expect(messages[0].bytes == Array(Self.two.prefix(21)))
    }

    @Test(arguments: [
        "00000000 1000 0200 07000000 39300000", "0f000000 1000 0200 07000000 39300000",
        "11000000 1000 0200 07000000 39300000", "ffffffff 1000 0200 07000000 39300000", "1000",
    ])
    func badLengthsAreRefused(hex: String) {
        #expect(throws: NetlinkError.self) { try NetlinkMessage.parse([UInt8](hex: hex)) }
    }

    @Test func fieldsBeyondTheEndAreRefused() throws {
        let message = NetlinkMessage(type: 16, payload: [1, 2, 3])
        #expect(throws: NetlinkError.self) { try message.field(at: 0, as: UInt32.self) }
        #expect(throws: NetlinkError.self) { try message.field(at: -1, as: UInt8.self) }
        #expect(throws: NetlinkError.self) { try message.field(at: .max, as: UInt8.self) }
        #expect(throws: NetlinkError.self) { try message.attributes(after: 4) }
    }

    @Test(.timeLimit(.minutes(5))) func everyMutationEnds() {
        let result = MutationCheck.runMessages(Self.two) { message in
            var reader = try message.attributes(after: 1)
            while reader.next() {}
            try reader.finish()
        }
        #expect(result.threw > 1000 && result.total == Self.two.count * 256 + 1)
    }

    @Test func dumpsAreReadable() throws {
        var builder = MessageBuilder(firstSequence: 3)
        builder.message(0xa00, flags: .acknowledge) { writer in
            writer.append(UInt32(2))
            writer.attribute(1, string: "kube")
            writer.nested(4) { $0.attribute(1, network: UInt32(1)) }
        }
        let text = """
            message type 0xa00 flags REQUEST|ACK seq 3, 44 bytes
              header 02000000
              [1] 6b75626500
              [4]:
                [1] 00000001
            """
        #expect(MessageDump.text(try builder.finish()) == text)
        #expect(MessageDump.text([1, 2]) == "not netlink: 0102")
    }

    @Test(.timeLimit(.minutes(5))) func anyBytesCanBeDumped() {
        let result = MutationCheck.run(Self.two) { _ = MessageDump.text($0) }
        #expect(result.threw == 0)
    }
}
