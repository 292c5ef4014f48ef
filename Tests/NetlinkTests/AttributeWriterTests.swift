import Netlink
import Testing

struct AttributeWriterTests {
    @Test func anAttributeOf65531BytesFits() throws {
        var writer = AttributeWriter()
        writer.attribute(1, bytes: [UInt8](repeating: 1, count: 65_531))
        writer.nested(2) { $0.attribute(3, bytes: [UInt8](repeating: 1, count: 65_524)) }
        var reader = AttributeReader(try writer.finish())
        var lengths: [Int] = []
        while reader.next() { lengths.append(reader.payload.count) }
        #expect(lengths == [65_531, 65_528])
        #expect(reader.failure == nil)
    }

    @Test func aLongerAttributeIsAnErrorThatNamesIt() throws {
        var writer = AttributeWriter()
        writer.attribute(7, bytes: [UInt8](repeating: 1, count: 65_532))
        writer.attribute(8, bytes: [UInt8](repeating: 1, count: 70_000))
        let failure = try #require(writer.failure)
        #expect(failure.code == .tooLarge)
        #expect(failure.operation == "encode attribute 7")
        #expect(throws: failure) { try writer.finish() }
    }

    @Test func aLongerNestedAttributeIsAnErrorThatNamesIt() {
        var builder = MessageBuilder()
        builder.message(1, flags: []) { writer in
            writer.nested(9) { inner in
                for _ in 0..<10_000 { inner.attribute(1, UInt32(1)) }
            }
        }
        #expect(builder.failure?.operation == "encode attribute 9")
        #expect(throws: NetlinkError.self) { try builder.finish() }
    }

    @Test func theLengthOfAnOpenAttributeIsKnown() {
        var writer = AttributeWriter()
        let nesting = writer.beginNested(1)
        writer.attribute(2, UInt8(1))
        #expect(writer.length(of: nesting) == 12)
    }

    @Test func manyMessagesStayWhole() throws {
        var builder = MessageBuilder(capacity: 0)
        for index in 0..<50_000 {
            builder.message(0x0a0c, flags: []) { writer in
                writer.append(UInt32(2))
                writer.nested(3) { $0.attribute(1, network: UInt32(index)) }
            }
        }
        let messages = try NetlinkMessage.parse(try builder.finish())
        #expect(messages.count == 50_000)
        for (index, message) in messages.enumerated() {
            var reader = try message.attributes(after: 4)
            guard reader.next() else {
                Issue.record("message \(index) is empty")
                return
            }
            var value: UInt32 = 0
            reader.nested { inner in if inner.next() { value = inner.networkUInt32() } }
            guard value == UInt32(index), message.sequence == UInt32(index) + 1 else {
                Issue.record("message \(index) has \(value), \(message.sequence)")
                return
            }
        }
    }
}
