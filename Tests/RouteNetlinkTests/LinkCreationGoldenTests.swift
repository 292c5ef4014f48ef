import LinuxSystem
import NetlinkTesting
import NetworkTypes
import RouteNetlink
import Testing

/// The bytes of requests that make links, checked by hand against linux/if_link.h and the kernel's own reading.
struct LinkCreationGoldenTests {
    @Test func aPodsPair() throws {
        let mac = try #require(MACAddress("0a:58:0a:f4:01:05"))
        let namespace = try NetworkNamespace.current()
        let descriptor = hexadecimal(UInt32(bitPattern: namespace.fileDescriptor))
        var peer = VethPeer(name: "eth0", namespace: namespace, mac: mac, mtu: 1450)
        peer.index = 2
        let spec = LinkSpec(name: "veth3", kind: .veth(peer: peer), mac: mac, mtu: 1450, master: 7, isUp: true)
        let wanted = """
            98000000 1000 0506 07000000 00000000         // RTM_NEWLINK, REQUEST|ACK|EXCL|CREATE
            00 00 0000 00000000 01000000 01000000        // ifinfomsg: family, type, index, flags, change
            0a000300 766574683300 0000                   // IFLA_IFNAME "veth3"
            0a000100 0a580af40105 0000                   // IFLA_ADDRESS 0a:58:0a:f4:01:05
            08000400 aa050000                            // IFLA_MTU 1450
            08000a00 07000000                            // IFLA_MASTER 7
            50001280                                     // IFLA_LINKINFO
              09000100 7665746800 000000                 // IFLA_INFO_KIND "veth"
              40000280                                   // IFLA_INFO_DATA
                3c000100                                 // VETH_INFO_PEER
                  00 00 0000 02000000 00000000 00000000  // ifinfomsg: family, type, index, flags, change
                  09000300 6574683000 000000             // IFLA_IFNAME "eth0"
                  0a000100 0a580af40105 0000             // IFLA_ADDRESS 0a:58:0a:f4:01:05
                  08000400 aa050000                      // IFLA_MTU 1450
                  08001c00 \(descriptor)                 // IFLA_NET_NS_FD (this test's)
            """
        #expect(try bytes(.createLink(spec)) == [UInt8](hex: wanted))
    }

    @Test func aBridge() throws {
        let mac = try #require(MACAddress("0a:58:0a:f4:01:05"))
        var options = BridgeOptions()
        options.filtersVLANs = true
        options.passesIPv4ToNetfilter = true
        options.ageingTime = 300
        options.defaultVLAN = 1
        let spec = LinkSpec(name: "cni0", kind: .bridge(options), mac: mac, isUp: true)
        let wanted = """
            6c000000 1000 0506 07000000 00000000   // RTM_NEWLINK, REQUEST|ACK|EXCL|CREATE
            00 00 0000 00000000 01000000 01000000  // ifinfomsg: family, type, index, flags, change
            09000300 636e693000 000000             // IFLA_IFNAME "cni0"
            0a000100 0a580af40105 0000             // IFLA_ADDRESS 0a:58:0a:f4:01:05
            34001280                               // IFLA_LINKINFO
              0b000100 62726964676500 00           // IFLA_INFO_KIND "bridge"
              24000280                             // IFLA_INFO_DATA
                08000400 2c010000                  // IFLA_BR_AGEING_TIME 300
                05000700 01 000000                 // IFLA_BR_VLAN_FILTERING 1
                05002400 01 000000                 // IFLA_BR_NF_CALL_IPTABLES 1
                06002700 0100 0000                 // IFLA_BR_VLAN_DEFAULT_PVID 1
            """
        #expect(try bytes(.createLink(spec)) == [UInt8](hex: wanted))
    }

    @Test func aVXLANLinkOverIPv4() throws {
        let local = try #require(IPAddress("192.0.2.1"))
        let options = VXLANOptions(identifier: 1, port: Port(rawValue: 8472), carrier: 2, local: local)
        let wanted = """
            6c000000 1000 0506 07000000 00000000   // RTM_NEWLINK, REQUEST|ACK|EXCL|CREATE
            00 00 0000 00000000 00000000 00000000  // ifinfomsg: family, type, index, flags, change
            0e000300 666c616e6e656c2e3100 0000     // IFLA_IFNAME "flannel.1"
            3c001280                               // IFLA_LINKINFO
              0a000100 76786c616e00 0000           // IFLA_INFO_KIND "vxlan"
              2c000280                             // IFLA_INFO_DATA
                08000100 01000000                  // IFLA_VXLAN_ID 1
                08000300 02000000                  // IFLA_VXLAN_LINK 2
                08000400 c0000201                  // IFLA_VXLAN_LOCAL 192.0.2.1
                05000700 00 000000                 // IFLA_VXLAN_LEARNING 0
                06000f00 2118 0000                 // IFLA_VXLAN_PORT 8472, network order
            """
        #expect(try bytes(.createLink(LinkSpec(name: "flannel.1", kind: .vxlan(options)))) == [UInt8](hex: wanted))
    }

    @Test func aVXLANLinkOverIPv6() throws {
        let local = try #require(IPAddress("fd00::1"))
        let options = VXLANOptions(identifier: 1, port: Port(rawValue: 8472), carrier: 2, local: local)
        let wanted = """
            78000000 1000 0506 07000000 00000000              // RTM_NEWLINK, REQUEST|ACK|EXCL|CREATE
            00 00 0000 00000000 00000000 00000000             // ifinfomsg: family, type, index, flags, change
            0e000300 666c616e6e656c2e3100 0000                // IFLA_IFNAME "flannel.1"
            48001280                                          // IFLA_LINKINFO
              0a000100 76786c616e00 0000                      // IFLA_INFO_KIND "vxlan"
              38000280                                        // IFLA_INFO_DATA
                08000100 01000000                             // IFLA_VXLAN_ID 1
                08000300 02000000                             // IFLA_VXLAN_LINK 2
                14001100 fd000000 00000000 00000000 00000001  // IFLA_VXLAN_LOCAL6 fd00::1
                05000700 00 000000                            // IFLA_VXLAN_LEARNING 0
                06000f00 2118 0000                            // IFLA_VXLAN_PORT 8472, network order
            """
        #expect(try bytes(.createLink(LinkSpec(name: "flannel.1", kind: .vxlan(options)))) == [UInt8](hex: wanted))
    }

    /// Without the port, which the kernel does not let change.
    @Test func aChangeOfAVXLANLink() throws {
        let local = try #require(IPAddress("192.0.2.1"))
        let options = VXLANOptions(identifier: 1, port: Port(rawValue: 8472), carrier: 2, local: local)
        let wanted = """
            54000000 1000 0500 07000000 00000000   // RTM_NEWLINK, REQUEST|ACK
            00 00 0000 09000000 00000000 00000000  // ifinfomsg: family, type, index 9, flags, change
            34001280                               // IFLA_LINKINFO
              0a000100 76786c616e00 0000           // IFLA_INFO_KIND "vxlan"
              24000280                             // IFLA_INFO_DATA
                08000100 01000000                  // IFLA_VXLAN_ID 1
                08000300 02000000                  // IFLA_VXLAN_LINK 2
                08000400 c0000201                  // IFLA_VXLAN_LOCAL 192.0.2.1
                05000700 00 000000                 // IFLA_VXLAN_LEARNING 0
            """
        #expect(try bytes(.setVXLAN(index: 9, options)) == [UInt8](hex: wanted))
    }

    @Test func aBridgePortWithoutLinkLocalAddress() throws {
        let wanted = """
            30000000 1000 0500 07000000 00000000   // RTM_NEWLINK, REQUEST|ACK
            00 00 0000 09000000 00000000 00000000  // ifinfomsg: family, type, index 9, flags, change
            10001a80                               // IFLA_AF_SPEC
              0c000a80                             // AF_INET6
                05000800 01 000000                 // IFLA_INET6_ADDR_GEN_MODE: IN6_ADDR_GEN_MODE_NONE
            """
        #expect(try bytes(.omitLinkLocalAddress(index: 9)) == [UInt8](hex: wanted))
    }

    @Test func aPairWithOneQueueEachWay() throws {
        var peer = VethPeer(name: "eth0")
        peer.queues = 1
        var spec = LinkSpec(name: "v0", kind: .veth(peer: peer))
        spec.queues = 1
        let wanted = """
            7c000000 1000 0506 07000000 00000000   // RTM_NEWLINK, REQUEST|ACK|EXCL|CREATE
            00 00 0000 00000000 00000000 00000000  // ifinfomsg: family, type, index, flags, change
            07000300 763000 00                     // IFLA_IFNAME "v0"
            08001f00 01000000                      // IFLA_NUM_TX_QUEUES 1
            08002000 01000000                      // IFLA_NUM_RX_QUEUES 1
            44001280                               // IFLA_LINKINFO
              09000100 7665746800 000000           // IFLA_INFO_KIND "veth"
              34000280                             // IFLA_INFO_DATA
                30000100                           // VETH_INFO_PEER
                  00 00 0000 00000000 00000000 00000000
                  09000300 6574683000 000000       // IFLA_IFNAME "eth0"
                  08001f00 01000000                // IFLA_NUM_TX_QUEUES 1
                  08002000 01000000                // IFLA_NUM_RX_QUEUES 1
            """
        #expect(try bytes(.createLink(spec)) == [UInt8](hex: wanted))
    }

    @Test func aMacvlan() throws {
        let options = MacvlanOptions(lowerLink: 2)
        let wanted = """
            4c000000 1000 0506 07000000 00000000   // RTM_NEWLINK, REQUEST|ACK|EXCL|CREATE
            00 00 0000 00000000 00000000 00000000  // ifinfomsg: family, type, index, flags, change
            08000300 6d763000                      // IFLA_IFNAME "mv0"
            08000500 02000000                      // IFLA_LINK 2
            1c001280                               // IFLA_LINKINFO
              0c000100 6d6163766c616e00            // IFLA_INFO_KIND "macvlan"
              0c000280                             // IFLA_INFO_DATA
                08000100 04000000                  // IFLA_MACVLAN_MODE 4
            """
        #expect(try bytes(.createLink(LinkSpec(name: "mv0", kind: .macvlan(options)))) == [UInt8](hex: wanted))
    }

    @Test func anIPVLAN() throws {
        let options = IPVLANOptions(lowerLink: 2, mode: .l3s)
        let wanted = """
            4c000000 1000 0506 07000000 00000000   // RTM_NEWLINK, REQUEST|ACK|EXCL|CREATE
            00 00 0000 00000000 00000000 00000000  // ifinfomsg: family, type, index, flags, change
            08000300 69763000                      // IFLA_IFNAME "iv0"
            08000500 02000000                      // IFLA_LINK 2
            1c001280                               // IFLA_LINKINFO
              0b000100 6970766c616e00 00           // IFLA_INFO_KIND "ipvlan"
              0c000280                             // IFLA_INFO_DATA
                06000100 0200 0000                 // IFLA_IPVLAN_MODE 2
            """
        #expect(try bytes(.createLink(LinkSpec(name: "iv0", kind: .ipvlan(options)))) == [UInt8](hex: wanted))
    }

    @Test func aDummy() throws {
        let wanted = """
            38000000 1000 0506 07000000 00000000   // RTM_NEWLINK, REQUEST|ACK|EXCL|CREATE
            00 00 0000 00000000 00000000 00000000  // ifinfomsg: family, type, index, flags, change
            07000300 643000 00                     // IFLA_IFNAME "d0"
            10001280                               // IFLA_LINKINFO
              0a000100 64756d6d7900 0000           // IFLA_INFO_KIND "dummy"
            """
        #expect(try bytes(.createLink(LinkSpec(name: "d0", kind: .dummy))) == [UInt8](hex: wanted))
    }

    @Test func anIFB() throws {
        let wanted = """
            38000000 1000 0506 07000000 00000000   // RTM_NEWLINK, REQUEST|ACK|EXCL|CREATE
            00 00 0000 00000000 00000000 00000000  // ifinfomsg: family, type, index, flags, change
            09000300 6966623000 000000             // IFLA_IFNAME "ifb0"
            0c001280                               // IFLA_LINKINFO
              08000100 69666200                    // IFLA_INFO_KIND "ifb"
            """
        #expect(try bytes(.createLink(LinkSpec(name: "ifb0", kind: .ifb))) == [UInt8](hex: wanted))
    }
}
