import NetlinkTesting
import NetworkTypes
import RouteNetlink
import Testing

/// The bytes of requests that change, delete and get links.
struct LinkRequestGoldenTests {
    @Test func allChangesAtOnce() throws {
        let mac = try #require(MACAddress("0a:58:0a:f4:01:05"))
        var change = LinkChange.up()
        change.mtu = 1400
        change.master = 7
        change.alias = "web"
        change.mac = mac
        change.isPromiscuous = false
        let wanted = """
            44000000 1000 0500 07000000 00000000   // RTM_NEWLINK, REQUEST|ACK
            00 00 0000 05000000 01000000 01010000  // ifinfomsg: family, type, index, flags, change
            0a000100 0a580af40105 0000             // IFLA_ADDRESS 0a:58:0a:f4:01:05
            08000400 78050000                      // IFLA_MTU 1400
            08000a00 07000000                      // IFLA_MASTER 7
            08001400 77656200                      // IFLA_IFALIAS "web"
            """
        #expect(try bytes(.setLink(.index(5), change)) == [UInt8](hex: wanted))
    }

    @Test func loweringByName() throws {
        let wanted = """
            2c000000 1000 0500 07000000 00000000   // RTM_NEWLINK, REQUEST|ACK
            00 00 0000 00000000 00000000 01000000  // ifinfomsg: family, type, index, flags, change
            09000300 6574683000 000000             // IFLA_IFNAME "eth0"
            """
        #expect(try bytes(.setLink(.name("eth0"), .up(false))) == [UInt8](hex: wanted))
    }

    @Test func renaming() throws {
        let wanted = """
            2c000000 1000 0500 07000000 00000000   // RTM_NEWLINK, REQUEST|ACK
            00 00 0000 05000000 00000000 00000000  // ifinfomsg: family, type, index, flags, change
            09000300 6574683000 000000             // IFLA_IFNAME "eth0"
            """
        #expect(try bytes(.renameLink(index: 5, to: "eth0")) == [UInt8](hex: wanted))
    }

    @Test func aBridgePort() throws {
        let settings = BridgePortSettings(hairpin: true, isolated: false)
        let wanted = """
            34000000 1300 0500 07000000 00000000   // RTM_SETLINK, REQUEST|ACK
            07 00 0000 05000000 00000000 00000000  // ifinfomsg: family, type, index, flags, change
            14000c80                               // IFLA_PROTINFO
              05000400 01 000000                   // IFLA_BRPORT_MODE 1
              05002100 00 000000                   // IFLA_BRPORT_ISOLATED 0
            """
        #expect(try bytes(.setBridgePort(index: 5, settings)) == [UInt8](hex: wanted))
    }

    @Test func deletion() throws {
        let wanted = """
            2c000000 1100 0500 07000000 00000000   // RTM_DELLINK, REQUEST|ACK
            00 00 0000 00000000 00000000 00000000  // ifinfomsg: family, type, index, flags, change
            0a000300 766574683300 0000             // IFLA_IFNAME "veth3"
            """
        #expect(try bytes(.deleteLink(.name("veth3"))) == [UInt8](hex: wanted))
    }

    @Test func aLookupByALongName() throws {
        let wanted = """
            3c000000 1200 0500 07000000 00000000                          // RTM_GETLINK, REQUEST|ACK
            00 00 0000 00000000 00000000 00000000                         // ifinfomsg: family, type, index, flags, change
            19003500 612d6e61 6d652d6f 7665722d 31352d62 79746573 00 000000  // IFLA_ALT_IFNAME "a-name-over-15-bytes"
            """
        #expect(try bytes(.getLink(.name("a-name-over-15-bytes"))) == [UInt8](hex: wanted))
    }

    @Test func aFilteredList() throws {
        let wanted = """
            38000000 1200 0500 07000000 00000000   // RTM_GETLINK, REQUEST|ACK
            00 00 0000 00000000 00000000 00000000  // ifinfomsg: family, type, index, flags, change
            08000a00 07000000                      // IFLA_MASTER 7
            10001280                               // IFLA_LINKINFO
              09000100 7665746800 000000           // IFLA_INFO_KIND "veth"
            """
        #expect(try bytes(.getLinks(LinkFilter(kind: "veth", master: 7))) == [UInt8](hex: wanted))
    }
}
