import NetlinkTesting
import NetworkTypes
import RouteNetlink
import Testing

/// The bytes of requests about addresses.
struct AddressRequestGoldenTests {
    @Test func addingIPv4() throws {
        let prefix = try #require(IPPrefix("10.244.1.5/24"))
        let flags: AddressFlags = [.noDuplicateDetection, .noPrefixRoute]
        let wanted = """
            30000000 1400 0506 07000000 00000000  // RTM_NEWADDR, REQUEST|ACK|EXCL|CREATE
            02 18 02 00 05000000                  // ifaddrmsg: family, length, flags, scope, index
            08000200 0af40105                     // IFA_LOCAL 10.244.1.5
            08000100 0af40105                     // IFA_ADDRESS 10.244.1.5
            08000800 02020000                     // IFA_FLAGS 0x202
            """
        #expect(try bytes(.addAddress(AddressSpec(prefix, link: 5, flags: flags))) == [UInt8](hex: wanted))
    }

    @Test func replacingIPv4() throws {
        let prefix = try #require(IPPrefix("10.244.1.5/24"))
        var spec = AddressSpec(prefix, link: 5)
        spec.broadcast = IPv4Address("10.244.1.255")
        spec.label = "eth0:1"
        let wanted = """
            3c000000 1400 0505 07000000 00000000  // RTM_NEWADDR, REQUEST|ACK|REPLACE|CREATE
            02 18 00 00 05000000                  // ifaddrmsg: family, length, flags, scope, index
            08000200 0af40105                     // IFA_LOCAL 10.244.1.5
            08000100 0af40105                     // IFA_ADDRESS 10.244.1.5
            08000400 0af401ff                     // IFA_BROADCAST 10.244.1.255
            0b000300 657468303a3100 00            // IFA_LABEL "eth0:1"
            """
        #expect(try bytes(.replaceAddress(spec)) == [UInt8](hex: wanted))
    }

    @Test func deletingIPv4() throws {
        let prefix = try #require(IPPrefix("10.244.1.5/24"))
        let wanted = """
            28000000 1500 0500 07000000 00000000  // RTM_DELADDR, REQUEST|ACK
            02 18 00 00 05000000                  // ifaddrmsg: family, length, flags, scope, index
            08000200 0af40105                     // IFA_LOCAL 10.244.1.5
            08000100 0af40105                     // IFA_ADDRESS 10.244.1.5
            """
        #expect(try bytes(.deleteAddress(prefix, link: 5)) == [UInt8](hex: wanted))
    }

    @Test func listingIPv4() throws {
        let wanted = """
            18000000 1600 0500 07000000 00000000  // RTM_GETADDR, REQUEST|ACK
            02 00 00 00 05000000                  // ifaddrmsg: family, length, flags, scope, index
            """
        #expect(try bytes(.getAddresses(AddressFilter(family: .ipv4, link: 5))) == [UInt8](hex: wanted))
    }

    @Test func addingIPv6() throws {
        let prefix = try #require(IPPrefix("fd00:10:244:1::5/64"))
        let flags: AddressFlags = [.noDuplicateDetection, .noPrefixRoute]
        let wanted = """
            48000000 1400 0506 07000000 00000000          // RTM_NEWADDR, REQUEST|ACK|EXCL|CREATE
            0a 40 02 00 05000000                          // ifaddrmsg: family, length, flags, scope, index
            14000200 fd000010 02440001 00000000 00000005  // IFA_LOCAL fd00:10:244:1::5
            14000100 fd000010 02440001 00000000 00000005  // IFA_ADDRESS fd00:10:244:1::5
            08000800 02020000                             // IFA_FLAGS 0x202
            """
        #expect(try bytes(.addAddress(AddressSpec(prefix, link: 5, flags: flags))) == [UInt8](hex: wanted))
    }

    @Test func replacingIPv6() throws {
        let prefix = try #require(IPPrefix("fd00:10:244:1::5/64"))
        let spec = AddressSpec(prefix, link: 5)
        let wanted = """
            40000000 1400 0505 07000000 00000000          // RTM_NEWADDR, REQUEST|ACK|REPLACE|CREATE
            0a 40 00 00 05000000                          // ifaddrmsg: family, length, flags, scope, index
            14000200 fd000010 02440001 00000000 00000005  // IFA_LOCAL fd00:10:244:1::5
            14000100 fd000010 02440001 00000000 00000005  // IFA_ADDRESS fd00:10:244:1::5
            """
        #expect(try bytes(.replaceAddress(spec)) == [UInt8](hex: wanted))
    }

    @Test func deletingIPv6() throws {
        let prefix = try #require(IPPrefix("fd00:10:244:1::5/64"))
        let wanted = """
            40000000 1500 0500 07000000 00000000          // RTM_DELADDR, REQUEST|ACK
            0a 40 00 00 05000000                          // ifaddrmsg: family, length, flags, scope, index
            14000200 fd000010 02440001 00000000 00000005  // IFA_LOCAL fd00:10:244:1::5
            14000100 fd000010 02440001 00000000 00000005  // IFA_ADDRESS fd00:10:244:1::5
            """
        #expect(try bytes(.deleteAddress(prefix, link: 5)) == [UInt8](hex: wanted))
    }

    @Test func listingIPv6() throws {
        let wanted = """
            18000000 1600 0500 07000000 00000000  // RTM_GETADDR, REQUEST|ACK
            0a 00 00 00 05000000                  // ifaddrmsg: family, length, flags, scope, index
            """
        #expect(try bytes(.getAddresses(AddressFilter(family: .ipv6, link: 5))) == [UInt8](hex: wanted))
    }
}
