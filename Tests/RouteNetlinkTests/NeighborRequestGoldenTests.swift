import NetlinkTesting
import NetworkTypes
import RouteNetlink
import Testing

/// The bytes of requests about neighbours and forwarding entries.
struct NeighborRequestGoldenTests {
    @Test func knowingIPv4() throws {
        let mac = try #require(MACAddress("0a:58:0a:f4:01:05"))
        let address = try #require(IPAddress("192.168.0.3"))
        let wanted = """
            30000000 1c00 0505 07000000 00000000  // RTM_NEWNEIGH, REQUEST|ACK|REPLACE|CREATE
            02 000000 05000000 8000 00 00         // ndmsg: family, index, state, flags, type
            08000100 c0a80003                     // NDA_DST 192.168.0.3
            0a000200 0a580af40105 0000            // NDA_LLADDR 0a:58:0a:f4:01:05
            """
        #expect(try bytes(.replaceNeighbor(NeighborSpec(address, mac: mac, link: 5))) == [UInt8](hex: wanted))
    }

    @Test func forgettingIPv4() throws {
        let address = try #require(IPAddress("192.168.0.3"))
        let wanted = """
            24000000 1d00 0500 07000000 00000000  // RTM_DELNEIGH, REQUEST|ACK
            02 000000 05000000 0000 00 00         // ndmsg: family, index, state, flags, type
            08000100 c0a80003                     // NDA_DST 192.168.0.3
            """
        #expect(try bytes(.deleteNeighbor(address, link: 5)) == [UInt8](hex: wanted))
    }

    @Test func listingIPv4() throws {
        let wanted = """
            24000000 1e00 0500 07000000 00000000  // RTM_GETNEIGH, REQUEST|ACK
            02 000000 00000000 0000 00 00         // ndmsg: family, index, state, flags, type
            08000800 05000000                     // NDA_IFINDEX 5
            """
        #expect(try bytes(.getNeighbors(family: .ipv4, link: 5)) == [UInt8](hex: wanted))
    }

    @Test func forwardingOverIPv4() throws {
        let mac = try #require(MACAddress("0a:58:0a:f4:01:05"))
        let address = try #require(IPAddress("192.168.0.3"))
        let spec = ForwardingSpec(mac, link: 5, table: .link, destination: address)
        let wanted = """
            30000000 1c00 0505 07000000 00000000  // RTM_NEWNEIGH, REQUEST|ACK|REPLACE|CREATE
            07 000000 05000000 8000 02 00         // ndmsg: family, index, state, flags, type
            0a000200 0a580af40105 0000            // NDA_LLADDR 0a:58:0a:f4:01:05
            08000100 c0a80003                     // NDA_DST 192.168.0.3
            """
        #expect(try bytes(.replaceForwardingEntry(spec)) == [UInt8](hex: wanted))
    }

    @Test func knowingIPv6() throws {
        let mac = try #require(MACAddress("0a:58:0a:f4:01:05"))
        let address = try #require(IPAddress("fd00:192::3"))
        let wanted = """
            3c000000 1c00 0505 07000000 00000000          // RTM_NEWNEIGH, REQUEST|ACK|REPLACE|CREATE
            0a 000000 05000000 8000 00 00                 // ndmsg: family, index, state, flags, type
            14000100 fd000192 00000000 00000000 00000003  // NDA_DST fd00:192::3
            0a000200 0a580af40105 0000                    // NDA_LLADDR 0a:58:0a:f4:01:05
            """
        #expect(try bytes(.replaceNeighbor(NeighborSpec(address, mac: mac, link: 5))) == [UInt8](hex: wanted))
    }

    @Test func forgettingIPv6() throws {
        let address = try #require(IPAddress("fd00:192::3"))
        let wanted = """
            30000000 1d00 0500 07000000 00000000          // RTM_DELNEIGH, REQUEST|ACK
            0a 000000 05000000 0000 00 00                 // ndmsg: family, index, state, flags, type
            14000100 fd000192 00000000 00000000 00000003  // NDA_DST fd00:192::3
            """
        #expect(try bytes(.deleteNeighbor(address, link: 5)) == [UInt8](hex: wanted))
    }

    @Test func listingIPv6() throws {
        let wanted = """
            24000000 1e00 0500 07000000 00000000  // RTM_GETNEIGH, REQUEST|ACK
            0a 000000 00000000 0000 00 00         // ndmsg: family, index, state, flags, type
            08000800 05000000                     // NDA_IFINDEX 5
            """
        #expect(try bytes(.getNeighbors(family: .ipv6, link: 5)) == [UInt8](hex: wanted))
    }

    @Test func forwardingOverIPv6() throws {
        let mac = try #require(MACAddress("0a:58:0a:f4:01:05"))
        let address = try #require(IPAddress("fd00:192::3"))
        let spec = ForwardingSpec(mac, link: 5, table: .link, destination: address)
        let wanted = """
            3c000000 1c00 0505 07000000 00000000          // RTM_NEWNEIGH, REQUEST|ACK|REPLACE|CREATE
            07 000000 05000000 8000 02 00                 // ndmsg: family, index, state, flags, type
            0a000200 0a580af40105 0000                    // NDA_LLADDR 0a:58:0a:f4:01:05
            14000100 fd000192 00000000 00000000 00000003  // NDA_DST fd00:192::3
            """
        #expect(try bytes(.replaceForwardingEntry(spec)) == [UInt8](hex: wanted))
    }

    @Test func deletingABridgesEntry() throws {
        let mac = try #require(MACAddress("0a:58:0a:f4:01:05"))
        let wanted = """
            28000000 1d00 0500 07000000 00000000  // RTM_DELNEIGH, REQUEST|ACK
            07 000000 05000000 8000 04 00         // ndmsg: family, index, state, flags, type
            0a000200 0a580af40105 0000            // NDA_LLADDR 0a:58:0a:f4:01:05
            """
        #expect(try bytes(.deleteForwardingEntry(ForwardingSpec(mac, link: 5, table: .bridge))) == [UInt8](hex: wanted))
    }

    @Test func listingForwardingEntries() throws {
        let wanted = """
            1c000000 1e00 0500 07000000 00000000  // RTM_GETNEIGH, REQUEST|ACK
            07 000000 05000000 0000 00 00         // ndmsg: family, index, state, flags, type
            """
        #expect(try bytes(.getForwardingEntries(link: 5)) == [UInt8](hex: wanted))
    }
}
