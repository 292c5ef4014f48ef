import NetworkTypes
import Testing

struct IPAddressTests {
    @Test(arguments: [
        ("0.0.0.0", [0, 0, 0, 0]), ("10.0.0.1", [10, 0, 0, 1]), ("255.255.255.255", [255, 255, 255, 255]),
        ("::", [UInt8](repeating: 0, count: 16)),
        ("::1", [UInt8](repeating: 0, count: 15) + [1]),
        ("fd00:10:96::a", [0xfd, 0, 0, 0x10, 0, 0x96, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xa]),
        ("1:2:3:4:5:6:7:8", [0, 1, 0, 2, 0, 3, 0, 4, 0, 5, 0, 6, 0, 7, 0, 8]),
        ("::ffff:10.1.2.3", [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 10, 1, 2, 3]),
    ])
    func canonicalTextAndBytesGoBothWays(text: String, bytes: [UInt8]) throws {
        let address = try #require(IPAddress(text))
        #expect(address.bytes == bytes)
        #expect(address.description == text)
        #expect(IPAddress(bytes: bytes) == address)
        #expect(address.family.addressLength == bytes.count)
        #expect(IPAddress(family: address.family, rawValue: address.rawValue) == address)
    }

    @Test(arguments: [
        ("0:0:0:0:0:0:0:0", "::"), ("2001:DB8::1", "2001:db8::1"), ("2001:0db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"),
        ("1:0:0:2:0:0:0:3", "1:0:0:2::3"), ("1::2:3:4:5:6:7", "1:0:2:3:4:5:6:7"),
        ("1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"),
        ("::2:3:4:5:6:7:8", "0:2:3:4:5:6:7:8"), ("::1.2.3.4", "::102:304"), ("64:ff9b::192.0.2.1", "64:ff9b::c000:201"),
        ("::ffff:102:304", "::ffff:1.2.3.4"), ("1:2:3:4:5:6:1.2.3.4", "1:2:3:4:5:6:102:304"), ("fe80::", "fe80::"),
    ])
    func otherTextsOfAnAddressBecomeCanonical(text: String, canonical: String) {
        #expect(IPAddress(text)?.description == canonical)
    }

    @Test(arguments: [
        "", ".", "1.2.3", "1.2.3.4.5", "1.2.3.", ".1.2.3", "1..2.3", "256.0.0.1", "1.2.3.4 ", " 1.2.3.4", "01.2.3.4",
        "1.2.3.0x4", "-1.2.3.4", "+1.2.3.4", "1.2.3.٤", "1.2.3.1000", ":", ":::", "1:", ":1", "1::2::3",
        "1:2:3:4:5:6:7",
        "1:2:3:4:5:6:7:8:9", "1:2:3:4:5:6:7:8::", "::1:2:3:4:5:6:7:8", "12345::", "g::", "fe80::1%eth0", "[::1]",
        "1.2.3.4::", "::1.2.3", "::1.2.3.4:5", "1:2:3:4:5:6:7:1.2.3.4", "::01.2.3.4", "1:2:3:4:5:6:7:8:", "::1:",
        ":1::",
    ])
    func otherTextIsNoAddress(text: String) {
        #expect(IPAddress(text) == nil)
    }

    @Test(arguments: [
        ("010.096.0.001", "10.96.0.1"), ("0000001.2.3.4", "1.2.3.4"), ("::ffff:01.2.3.4", "::ffff:1.2.3.4"),
    ])
    func sloppyParsingReadsLeadingZerosAsDecimal(text: String, canonical: String) {
        #expect(IPAddress(sloppy: text)?.description == canonical)
        #expect(IPAddress(text) == nil)
    }

    @Test(arguments: [
        ("10.0.0.255", 1, "10.0.1.0"), ("10.0.1.0", -1, "10.0.0.255"), ("::ffff:ffff:ffff:ffff", 1, "0:0:0:1::"),
        ("fd00::1", Int.max, "fd00::8000:0:0:0"), ("0.0.0.0", 0, "0.0.0.0"),
    ])
    func advancingCountsAddresses(start: String, offset: Int, end: String) {
        #expect(IPAddress(start)?.advanced(by: offset)?.description == end)
    }

    @Test(arguments: [("255.255.255.255", 1), ("0.0.0.0", -1), ("::", -1), ("::", Int.min), ("10.0.0.0", Int.max)])
    func advancingOutOfTheAddressSpaceGivesNil(start: String, offset: Int) throws {
        #expect(try #require(IPAddress(start)).advanced(by: offset) == nil)
    }

    @Test func wrongByteCountsAreNoAddress() {
        for count in 0...20 where count != 4 && count != 16 {
            #expect(IPAddress(bytes: [UInt8](repeating: 1, count: count)) == nil)
        }
        #expect(IPAddress(family: .ipv4, rawValue: 1 << 32) == nil)
    }

    @Test(arguments: [
        ("0.0.0.0", "unspecified"), ("::", "unspecified"), ("127.1.2.3", "loopback"), ("::1", "loopback"),
        ("::ffff:127.0.0.1", "loopback"), ("169.254.1.1", "link-local"), ("fe80::1", "link-local"),
        ("febf::1", "link-local"), ("fec0::1", ""), ("224.0.0.1", "multicast"), ("ff02::1", "multicast"),
        ("10.0.0.1", ""),
    ])
    func specialRangesAreKnown(text: String, kind: String) throws {
        let address = try #require(IPAddress(text))
        #expect(address.isUnspecified == (kind == "unspecified"))
        #expect(address.isLoopback == (kind == "loopback"))
        #expect(address.isLinkLocal == (kind == "link-local"))
        #expect(address.isMulticast == (kind == "multicast"))
    }

    @Test func orderIsByFamilyThenByNumber() {
        let sorted = ["9.0.0.1", "10.0.0.1", "::1", "1::", "fd00::"]
        #expect(sorted.reversed().compactMap { IPAddress($0) }.sorted().map(\.description) == sorted)
    }
}
