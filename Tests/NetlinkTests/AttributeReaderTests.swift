import Netlink
import NetlinkTesting
import NetworkTypes
import Testing

struct AttributeReaderTests {
    struct Seen: Hashable {
        var type: UInt16
        var isNested = false
        var isNetworkOrder = false
        var payload: [UInt8] = []
    }

    /// What a pass over the attributes meets.
    private func pass(_ hex: String) -> (seen: [Seen], failure: NetlinkError?) {
        var reader = AttributeReader([UInt8](hex: hex))
        var seen: [Seen] = []
        while reader.next() {
            seen.append(
                Seen(
                    type: reader.type,
                    isNested: reader.isNested,
                    isNetworkOrder: reader.isNetworkOrder,
                    payload: Array(reader.payload)
                )
            )
        }
        return (seen, reader.failure)
    }

    /// The first attribute's value.
    private func read<Value>(_ hex: String, _ value: (inout AttributeReader) -> Value) throws -> Value {
        var reader = AttributeReader([UInt8](hex: hex))
        _ = reader.next()
        let result = value(&reader)
        try reader.finish()
        return result
    }

    @Test func attributesComeInOrderWithTheirFlags() {
        let (seen, failure) = pass("0500 0100 2a 000000  0800 0280 04000300  0800 0340 00000102")
        let expected = [
            Seen(type: 1, payload: [42]), Seen(type: 2, isNested: true, payload: [4, 0, 3, 0]),
            Seen(type: 3, isNetworkOrder: true, payload: [0, 0, 1, 2]),
        ]
        #expect(seen == expected)
        #expect(failure == nil)
    }

    @Test func theLastAttributesPaddingMayBeMissing() {
        let (seen, failure) = pass("0500 0100 2a")
        #expect(seen == [Seen(type: 1, payload: [42])])
        #expect(failure == nil)
    }

    @Test(arguments: [
        ("0000 0100", 0), ("0300 0100", 0), ("0500 0100", 0), ("04 00 01", 0), ("04", 0), ("0400 0100 ff", 1),
        ("ffff 0100 00000000", 0), ("0400 0100 0000 0200", 1),
    ])
    func badLengthsAreFaultsAndNotLoops(hex: String, before: Int) {
        let (seen, failure) = pass(hex)
        #expect(seen.count == before)
        #expect(failure?.code == .malformed)
    }

    @Test func aValueOfTheWrongSizeSticksAndNamesTheAttribute() {
        var reader = AttributeReader([UInt8](hex: "0800 0700 01020304  0500 0800 01 000000"))
        let first = reader.next()
        let wrong = UInt32(reader.uint16())
        let rightButTooLate = reader.uint32()
        let second = reader.next()
        #expect(first && !second)
        #expect(wrong == 0 && rightButTooLate == 0)
        #expect(reader.failure?.text == "attribute 7 has 4 bytes instead of 2")
        #expect(throws: NetlinkError.self) { try reader.finish() }
    }

    @Test func nestedAttributesAreRead() throws {
        let value = try read("0c00 0280 0800 0300 00000007") { reader in
            var value: UInt32 = 0
            reader.nested { inner in
                while inner.next() { value += inner.networkUInt32() }
            }
            return value
        }
        #expect(value == 7)
    }

    @Test func aFaultInsideANestedAttributeIsOneOutside() {
        var reader = AttributeReader([UInt8](hex: "0800 0980 0300 0100  0400 0100"))
        var steps = 0
        while reader.next() {
            steps += 1
            reader.nested { inner in while inner.next() {} }
        }
        #expect(steps == 1)
        #expect(reader.failure?.text.hasPrefix("in attribute 9: ") == true)
    }

    @Test func integersAreReadInEitherOrder() throws {
        #expect(try read("0600 0100 0102") { $0.uint16() } == 0x0201)
        #expect(try read("0600 0100 0102") { $0.networkUInt16() } == 0x0102)
        #expect(try read("0800 0100 01020304") { $0.uint32() } == 0x0403_0201)
        #expect(try read("0800 0100 fffffffe") { $0.networkUInt32() } == 0xffff_fffe)
        #expect(try read("0800 0100 feffffff") { $0.int32() } == -2)
        #expect(try read("0c00 0100 0102030405060708") { $0.uint64() } == 0x0807_0605_0403_0201)
        #expect(try read("0c00 0100 0102030405060708") { $0.networkUInt64() } == 0x0102_0304_0506_0708)
    }

    @Test(arguments: [
        ("0900 0100 6574683000", "eth0"), ("0800 0100 65746830", "eth0"), ("0400 0100", ""), ("0600 0100 00ff", ""),
    ])
    func textEndsAtItsFirstZero(hex: String, text: String) throws {
        #expect(try read(hex) { $0.string() } == text)
    }

    @Test(arguments: [("0800 0100 0a000001", "10.0.0.1"), ("1400 0100 fd000000000000000000000000000001", "fd00::1")])
    func addressesOfBothFamiliesAreRead(hex: String, text: String) throws {
        #expect(try read(hex) { $0.address() }.description == text)
        #expect(throws: NetlinkError.self) { try read(hex) { $0.mac() } }
        #expect(throws: NetlinkError.self) { try read("0700 0100 0a0000") { $0.address() } }
    }

    @Test(.timeLimit(.minutes(5))) func everyMutationEnds() {
        let golden = [UInt8](
            hex: "0500 0100 2a 000000  1400 0280 0800 0100 00000007 0600 0200 0050 0000  0800 0300 01020304"
        )
        let result = MutationCheck.run(golden) { bytes in
            var reader = AttributeReader(bytes)
            while reader.next() {
                if reader.isNested {
                    reader.nested { inner in while inner.next() { _ = inner.networkUInt32() } }
                }
            }
            try reader.finish()
        }
        #expect(result.total == golden.count * 256 + 1)
        #expect(result.threw > golden.count && result.returned > golden.count)
    }
}
