import Netlink
import NetlinkTesting
import NetworkTypes
import Testing

struct AttributeWriterGoldenTests {
    private func bytes(_ body: (inout AttributeWriter) -> Void) throws -> [UInt8] {
        var writer = AttributeWriter()
        body(&writer)
        return try writer.finish()
    }

    @Test func valuesAreAlignedAndPadded() throws {
        let written = try bytes {
            $0.attribute(1, UInt8(7))
            $0.attribute(2, network: UInt16(0x0102))
            $0.attribute(3, UInt32(0x0102_0304))
            $0.attribute(4, network: UInt64(5))
            $0.attribute(5, string: "eth0")
            $0.flag(6)
            $0.attribute(7, bytes: [9, 8, 7, 6, 5])
        }
        let golden = """
            0500 0100 07 000000
            0600 0200 0102 0000
            0800 0300 04030201
            0c00 0400 0000000000000005
            0900 0500 6574683000 000000   // NUL-terminated
            0400 0600
            0900 0700 0908070605 000000
            """
        #expect(written == [UInt8](hex: golden))
    }

    @Test func addressesAreInNetworkOrder() throws {
        let written = try bytes {
            $0.attribute(1, address: .v4(IPv4Address(10, 0, 0, 1)))
            $0.attribute(2, address: .v6(IPv6Address(high: 0xfd00 << 48, low: 1)))
            $0.attribute(3, mac: MACAddress(rawValue: 0x0200_5e10_0001))
        }
        let golden = """
            0800 0100 0a000001
            1400 0200 fd00 000000000000 0000000000000001
            0a00 0300 02005e100001 0000
            """
        #expect(written == [UInt8](hex: golden))
    }

    @Test func nestedLengthsArePatchedAfterwards() throws {
        let written = try bytes {
            $0.nested(1) { inner in
                inner.attribute(2, UInt8(1))
                inner.nested(3, flagged: false) { $0.flag(4) }
            }
            $0.nested(5) { _ in }
        }
        let golden = """
            1400 0180                   // NLA_F_NESTED
                0500 0200 01 000000
                0800 0300
                    0400 0400
            0400 0580
            """
        #expect(written == [UInt8](hex: golden))
    }

    @Test func aFixedHeaderHasNoPaddingOfItsOwn() throws {
        let written = try bytes {
            $0.append(UInt8(2))
            $0.append(UInt8(0))
            $0.append(network: UInt16(0x0a00))
            $0.attribute(1, UInt8(1))
        }
        #expect(written == [UInt8](hex: "02 00 0a00  0500 0100 01 000000"))
    }

    @Test func messagesAreNumberedAndPadded() throws {
        var builder = MessageBuilder(firstSequence: 0xffff_ffff)
        let first = builder.message(0x12, flags: [.dump]) { $0.append(UInt8(2)) }
        let second = builder.message(0x10, flags: [.create, .acknowledge]) { $0.attribute(1, UInt8(7)) }
        #expect((first, second) == (0xffff_ffff, 0))
        #expect(builder.messageCount == 2 && builder.acknowledgedSequences == [0] && builder.nextSequence == 1)
        let golden = """
            11000000 1200 0103 ffffffff 00000000  02 000000
            18000000 1000 0504 00000000 00000000  0500 0100 07 000000
            """
        #expect(try builder.finish() == [UInt8](hex: golden))
    }

    @Test func aRequestIsTheSameAloneAndInABatch() throws {
        let request = NetlinkRequest(0x10, flags: .create, operation: "create link", object: "x") {
            $0.append(UInt32(1))
            $0.attribute(3, string: "veth")
        }
        var builder = MessageBuilder(firstSequence: 9)
        request.append(to: &builder, adding: .acknowledge)
        let alone = try request.encoded(sequence: 9, adding: .acknowledge)
        #expect(try builder.finish() == alone)
        #expect(alone == [UInt8](hex: "20000000 1000 0504 09000000 00000000  01000000  0900 0300 7665746800 000000"))
    }
}
