import NetworkTypes
import Testing

struct IPPrefixTests {
    struct Shape: Sendable {
        var text: String
        var masked: String
        var first: String
        var last: String
        var mask: String
        var count: Int
    }

    @Test(arguments: [
        Shape(
            text: "10.244.3.7/24",
            masked: "10.244.3.0/24",
            first: "10.244.3.0",
            last: "10.244.3.255",
            mask: "255.255.255.0",
            count: 256
        ),
        Shape(
            text: "0.0.0.0/0",
            masked: "0.0.0.0/0",
            first: "0.0.0.0",
            last: "255.255.255.255",
            mask: "0.0.0.0",
            count: 1 << 32
        ),
        Shape(
            text: "192.0.2.1/32",
            masked: "192.0.2.1/32",
            first: "192.0.2.1",
            last: "192.0.2.1",
            mask: "255.255.255.255",
            count: 1
        ),
        Shape(
            text: "10.96.0.10/12",
            masked: "10.96.0.0/12",
            first: "10.96.0.0",
            last: "10.111.255.255",
            mask: "255.240.0.0",
            count: 1 << 20
        ),
        Shape(
            text: "fd00:10:244::5/64",
            masked: "fd00:10:244::/64",
            first: "fd00:10:244::",
            last: "fd00:10:244:0:ffff:ffff:ffff:ffff",
            mask: "ffff:ffff:ffff:ffff::",
            count: .max
        ),
        Shape(
            text: "fd00::1/112",
            masked: "fd00::/112",
            first: "fd00::",
            last: "fd00::ffff",
            mask: "ffff:ffff:ffff:ffff:ffff:ffff:ffff:0",
            count: 65_536
        ),
        Shape(
            text: "::/0",
            masked: "::/0",
            first: "::",
            last: "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
            mask: "::",
            count: .max
        ),
        Shape(
            text: "::1/128",
            masked: "::1/128",
            first: "::1",
            last: "::1",
            mask: "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
            count: 1
        ),
    ])
    func aPrefixHasTheseParts(shape: Shape) throws {
        let prefix = try #require(IPPrefix(shape.text))
        #expect(prefix.description == shape.text)
        #expect(prefix.masked.description == shape.masked)
        #expect(prefix.isMasked == (shape.text == shape.masked))
        #expect(prefix.first.description == shape.first)
        #expect(prefix.last.description == shape.last)
        #expect(prefix.mask.description == shape.mask)
        #expect(prefix.count == shape.count)
        #expect(prefix.contains(prefix.first) && prefix.contains(prefix.last) && prefix.contains(prefix))
        #expect(prefix.first.advanced(by: -1).map { !prefix.contains($0) } ?? true)
        #expect(prefix.last.advanced(by: 1).map { !prefix.contains($0) } ?? true)
    }

    @Test(arguments: [
        "", "10.0.0.0", "10.0.0.0/", "/8", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/+8", "10.0.0.0/08", "10.0.0.0/8/8",
        "::/129", "::/1000", "10.0.0/8", "010.0.0.0/8", "10.0.0.0/8 ", "fd00::/a",
    ])
    func otherTextIsNoPrefix(text: String) {
        #expect(IPPrefix(text) == nil)
    }

    @Test func sloppyParsingReadsLeadingZeros() {
        #expect(IPPrefix(sloppy: "010.0.0.0/8")?.description == "10.0.0.0/8")
    }

    @Test(arguments: [
        ("10.0.0.0/8", "10.1.0.0/16", true, true), ("10.1.0.0/16", "10.0.0.0/8", false, true),
        ("10.0.0.0/9", "10.128.0.0/9", false, false), ("0.0.0.0/0", "1.2.3.4/32", true, true),
        ("::/0", "10.0.0.0/8", false, false), ("fd00::/8", "fd12::/16", true, true),
        ("fd00::/9", "fd80::/9", false, false),
    ])
    func containmentAndOverlap(outer: String, inner: String, contains: Bool, overlaps: Bool) throws {
        let (outer, inner) = try (#require(IPPrefix(outer)), #require(IPPrefix(inner)))
        #expect(outer.contains(inner) == contains)
        #expect(outer.overlaps(inner) == overlaps)
        #expect(inner.overlaps(outer) == overlaps)
    }

    @Test(arguments: [
        ("10.0.0.5/24", 1, "10.0.0.1"), ("10.0.0.0/24", 255, "10.0.0.255"), ("fd00::/64", 1 << 40, "fd00::100:0:0"),
        ("10.0.0.1/32", 0, "10.0.0.1"), ("::/0", .max, "::7fff:ffff:ffff:ffff"),
    ])
    func hostsAreCountedFromTheFirst(prefix: String, offset: Int, host: String) throws {
        let prefix = try #require(IPPrefix(prefix))
        let address = try #require(prefix.host(at: offset))
        #expect(address.description == host)
        #expect(prefix.offset(of: address) == offset)
    }

    @Test func hostsOutsideAreNil() throws {
        let prefix = try #require(IPPrefix("10.0.0.0/24"))
        #expect(prefix.host(at: 256) == nil)
        #expect(prefix.host(at: -1) == nil)
        #expect(prefix.offset(of: .v4(IPv4Address(10, 0, 1, 0))) == nil)
        #expect(prefix.offset(of: .v6(.any)) == nil)
        #expect(IPPrefix.all(.ipv6).offset(of: .v6(IPv6Address(rawValue: .max))) == nil)
    }

    @Test(arguments: [
        ("10.244.0.0/16", 24, 0, "10.244.0.0/24"), ("10.244.0.0/16", 24, 255, "10.244.255.0/24"),
        ("10.0.0.0/8", 8, 0, "10.0.0.0/8"), ("fd00:10::/32", 64, 65_536, "fd00:10:1::/64"),
        ("::/0", 0, 0, "::/0"), ("::/0", 128, 1, "::1/128"), ("10.0.0.0/24", 32, 255, "10.0.0.255/32"),
    ])
    func subnetsAreCountedFromTheFirst(prefix: String, length: Int, index: Int, subnet: String) {
        #expect(IPPrefix(prefix)?.subnet(at: index, length: length)?.description == subnet)
    }

    @Test(arguments: [
        ("10.244.0.0/16", 24, 256), ("10.0.0.0/8", 7, 0), ("10.0.0.0/8", 33, 0), ("10.0.0.0/8", 9, -1), ("::/0", 0, 1),
    ])
    func subnetsThatDoNotExistAreNil(prefix: String, length: Int, index: Int) throws {
        #expect(try #require(IPPrefix(prefix)).subnet(at: index, length: length) == nil)
    }

    @Test func lengthsOutsideOfTheFamilyAreNoPrefix() {
        #expect(IPPrefix(address: .v4(.any), length: 33) == nil)
        #expect(IPPrefix(address: .v6(.any), length: 129) == nil)
        #expect(IPPrefix(address: .v6(.any), length: -1) == nil)
        #expect(IPPrefix(host: .v6(.loopback)).length == 128)
    }
}
