import NetlinkTesting
import NetworkTypes
import RouteNetlink
import Testing

/// The bytes of requests about routes.
struct RouteRequestGoldenTests {
    @Test func allIPv4Settings() throws {
        let destination = try #require(IPPrefix("10.244.2.0/24"))
        let gateway = try #require(IPAddress("192.168.0.3"))
        var spec = RouteSpec(
            destination,
            gateway: gateway,
            link: 5,
            source: IPAddress("192.168.0.2"),
            isOnLink: true,
            protocol: RouteProtocol(rawValue: 201)
        )
        spec.metric = 77
        spec.mtu = 1450
        let wanted = """
            58000000 1800 0505 07000000 00000000  // RTM_NEWROUTE, REQUEST|ACK|REPLACE|CREATE
            02 18 00 00 fe c9 00 01 04000000      // rtmsg: family, length, source, tos, table, protocol, scope, kind, flags
            08000100 0af40200                     // RTA_DST 10.244.2.0
            08000500 c0a80003                     // RTA_GATEWAY 192.168.0.3
            08000400 05000000                     // RTA_OIF 5
            08000700 c0a80002                     // RTA_PREFSRC 192.168.0.2
            08000600 4d000000                     // RTA_PRIORITY 77
            08000f00 fe000000                     // RTA_TABLE 254
            0c000880                              // RTA_METRICS
              08000200 aa050000                   // RTAX_MTU 1450
            """
        #expect(try bytes(.replaceRoute(spec)) == [UInt8](hex: wanted))
    }

    @Test func theDefaultIPv4Route() throws {
        let gateway = try #require(IPAddress("192.168.0.3"))
        let wanted = """
            34000000 1800 0506 07000000 00000000  // RTM_NEWROUTE, REQUEST|ACK|EXCL|CREATE
            02 00 00 00 fe 03 00 01 00000000      // rtmsg: family, length, source, tos, table, protocol, scope, kind, flags
            08000500 c0a80003                     // RTA_GATEWAY 192.168.0.3
            08000400 05000000                     // RTA_OIF 5
            08000f00 fe000000                     // RTA_TABLE 254
            """
        #expect(try bytes(.addRoute(RouteSpec(.all(.ipv4), gateway: gateway, link: 5))) == [UInt8](hex: wanted))
    }

    @Test func anIPv4RouteOnItsLink() throws {
        let destination = try #require(IPPrefix("10.244.2.0/24"))
        let wanted = """
            34000000 1800 0506 07000000 00000000  // RTM_NEWROUTE, REQUEST|ACK|EXCL|CREATE
            02 18 00 00 fe 03 fd 01 00000000      // rtmsg: family, length, source, tos, table, protocol, scope, kind, flags
            08000100 0af40200                     // RTA_DST 10.244.2.0
            08000400 05000000                     // RTA_OIF 5
            08000f00 fe000000                     // RTA_TABLE 254
            """
        #expect(try bytes(.addRoute(RouteSpec(destination, link: 5))) == [UInt8](hex: wanted))
    }

    @Test func deletingIPv4() throws {
        let destination = try #require(IPPrefix("10.244.2.0/24"))
        let gateway = try #require(IPAddress("192.168.0.3"))
        let ours = RouteProtocol(rawValue: 201)
        let wanted = """
            3c000000 1900 0500 07000000 00000000  // RTM_DELROUTE, REQUEST|ACK
            02 18 00 00 fe c9 ff 01 00000000      // rtmsg: family, length, source, tos, table, protocol, scope, kind, flags
            08000100 0af40200                     // RTA_DST 10.244.2.0
            08000500 c0a80003                     // RTA_GATEWAY 192.168.0.3
            08000400 05000000                     // RTA_OIF 5
            08000f00 fe000000                     // RTA_TABLE 254
            """
        #expect(
            try bytes(.deleteRoute(RouteSpec(destination, gateway: gateway, link: 5, protocol: ours)))
                == [UInt8](hex: wanted)
        )
    }

    @Test func refusingIPv4() throws {
        let destination = try #require(IPPrefix("10.244.2.0/24"))
        let spec = RouteSpec(destination, table: RouteTable(rawValue: 1000), kind: .blackhole)
        let wanted = """
            2c000000 1800 0506 07000000 00000000  // RTM_NEWROUTE, REQUEST|ACK|EXCL|CREATE
            02 18 00 00 00 03 00 06 00000000      // rtmsg: family, length, source, tos, table, protocol, scope, kind, flags
            08000100 0af40200                     // RTA_DST 10.244.2.0
            08000f00 e8030000                     // RTA_TABLE 1000
            """
        #expect(try bytes(.addRoute(spec)) == [UInt8](hex: wanted))
    }

    @Test func listingIPv4() throws {
        let ours = RouteProtocol(rawValue: 201)
        let wanted = """
            2c000000 1a00 0500 07000000 00000000  // RTM_GETROUTE, REQUEST|ACK
            02 00 00 00 fe c9 00 00 00000000      // rtmsg: family, length, source, tos, table, protocol, scope, kind, flags
            08000f00 fe000000                     // RTA_TABLE 254
            08000400 05000000                     // RTA_OIF 5
            """
        #expect(try bytes(.getRoutes(RouteFilter(family: .ipv4, protocol: ours, link: 5))) == [UInt8](hex: wanted))
    }

    @Test func lookingUpIPv4() throws {
        let gateway = try #require(IPAddress("192.168.0.3"))
        let wanted = """
            24000000 1a00 0500 07000000 00000000  // RTM_GETROUTE, REQUEST|ACK
            02 20 00 00 00 00 00 00 00000000      // rtmsg: family, length, source, tos, table, protocol, scope, kind, flags
            08000100 c0a80003                     // RTA_DST 192.168.0.3
            """
        #expect(try bytes(.lookUpRoute(to: gateway)) == [UInt8](hex: wanted))
    }

    @Test func allIPv6Settings() throws {
        let destination = try #require(IPPrefix("fd00:10:244:2::/64"))
        let gateway = try #require(IPAddress("fd00:192::3"))
        var spec = RouteSpec(
            destination,
            gateway: gateway,
            link: 5,
            source: IPAddress("fd00:192::2"),
            isOnLink: true,
            protocol: RouteProtocol(rawValue: 201)
        )
        spec.metric = 77
        spec.mtu = 1450
        let wanted = """
            7c000000 1800 0505 07000000 00000000          // RTM_NEWROUTE, REQUEST|ACK|REPLACE|CREATE
            0a 40 00 00 fe c9 00 01 04000000              // rtmsg: family, length, source, tos, table, protocol, scope, kind, flags
            14000100 fd000010 02440002 00000000 00000000  // RTA_DST fd00:10:244:2::
            14000500 fd000192 00000000 00000000 00000003  // RTA_GATEWAY fd00:192::3
            08000400 05000000                             // RTA_OIF 5
            14000700 fd000192 00000000 00000000 00000002  // RTA_PREFSRC fd00:192::2
            08000600 4d000000                             // RTA_PRIORITY 77
            08000f00 fe000000                             // RTA_TABLE 254
            0c000880                                      // RTA_METRICS
              08000200 aa050000                           // RTAX_MTU 1450
            """
        #expect(try bytes(.replaceRoute(spec)) == [UInt8](hex: wanted))
    }

    @Test func theDefaultIPv6Route() throws {
        let gateway = try #require(IPAddress("fd00:192::3"))
        let wanted = """
            40000000 1800 0506 07000000 00000000          // RTM_NEWROUTE, REQUEST|ACK|EXCL|CREATE
            0a 00 00 00 fe 03 00 01 00000000              // rtmsg: family, length, source, tos, table, protocol, scope, kind, flags
            14000500 fd000192 00000000 00000000 00000003  // RTA_GATEWAY fd00:192::3
            08000400 05000000                             // RTA_OIF 5
            08000f00 fe000000                             // RTA_TABLE 254
            """
        #expect(try bytes(.addRoute(RouteSpec(.all(.ipv6), gateway: gateway, link: 5))) == [UInt8](hex: wanted))
    }

    @Test func anIPv6RouteOnItsLink() throws {
        let destination = try #require(IPPrefix("fd00:10:244:2::/64"))
        let wanted = """
            40000000 1800 0506 07000000 00000000          // RTM_NEWROUTE, REQUEST|ACK|EXCL|CREATE
            0a 40 00 00 fe 03 00 01 00000000              // rtmsg: family, length, source, tos, table, protocol, scope, kind, flags
            14000100 fd000010 02440002 00000000 00000000  // RTA_DST fd00:10:244:2::
            08000400 05000000                             // RTA_OIF 5
            08000f00 fe000000                             // RTA_TABLE 254
            """
        #expect(try bytes(.addRoute(RouteSpec(destination, link: 5))) == [UInt8](hex: wanted))
    }

    @Test func deletingIPv6() throws {
        let destination = try #require(IPPrefix("fd00:10:244:2::/64"))
        let gateway = try #require(IPAddress("fd00:192::3"))
        let ours = RouteProtocol(rawValue: 201)
        let wanted = """
            54000000 1900 0500 07000000 00000000          // RTM_DELROUTE, REQUEST|ACK
            0a 40 00 00 fe c9 ff 01 00000000              // rtmsg: family, length, source, tos, table, protocol, scope, kind, flags
            14000100 fd000010 02440002 00000000 00000000  // RTA_DST fd00:10:244:2::
            14000500 fd000192 00000000 00000000 00000003  // RTA_GATEWAY fd00:192::3
            08000400 05000000                             // RTA_OIF 5
            08000f00 fe000000                             // RTA_TABLE 254
            """
        #expect(
            try bytes(.deleteRoute(RouteSpec(destination, gateway: gateway, link: 5, protocol: ours)))
                == [UInt8](hex: wanted)
        )
    }

    @Test func refusingIPv6() throws {
        let destination = try #require(IPPrefix("fd00:10:244:2::/64"))
        let spec = RouteSpec(destination, table: RouteTable(rawValue: 1000), kind: .blackhole)
        let wanted = """
            38000000 1800 0506 07000000 00000000          // RTM_NEWROUTE, REQUEST|ACK|EXCL|CREATE
            0a 40 00 00 00 03 00 06 00000000              // rtmsg: family, length, source, tos, table, protocol, scope, kind, flags
            14000100 fd000010 02440002 00000000 00000000  // RTA_DST fd00:10:244:2::
            08000f00 e8030000                             // RTA_TABLE 1000
            """
        #expect(try bytes(.addRoute(spec)) == [UInt8](hex: wanted))
    }

    @Test func listingIPv6() throws {
        let ours = RouteProtocol(rawValue: 201)
        let wanted = """
            2c000000 1a00 0500 07000000 00000000  // RTM_GETROUTE, REQUEST|ACK
            0a 00 00 00 fe c9 00 00 00000000      // rtmsg: family, length, source, tos, table, protocol, scope, kind, flags
            08000f00 fe000000                     // RTA_TABLE 254
            08000400 05000000                     // RTA_OIF 5
            """
        #expect(try bytes(.getRoutes(RouteFilter(family: .ipv6, protocol: ours, link: 5))) == [UInt8](hex: wanted))
    }

    @Test func lookingUpIPv6() throws {
        let gateway = try #require(IPAddress("fd00:192::3"))
        let wanted = """
            30000000 1a00 0500 07000000 00000000          // RTM_GETROUTE, REQUEST|ACK
            0a 80 00 00 00 00 00 00 00000000              // rtmsg: family, length, source, tos, table, protocol, scope, kind, flags
            14000100 fd000192 00000000 00000000 00000003  // RTA_DST fd00:192::3
            """
        #expect(try bytes(.lookUpRoute(to: gateway)) == [UInt8](hex: wanted))
    }

    @Test func anIPv4RouteOverAnIPv6Gateway() throws {
        let destination = try #require(IPPrefix("10.244.2.0/24"))
        let gateway = try #require(IPAddress("fd00:192::3"))
        let wanted = """
            4c000000 1800 0506 07000000 00000000                    // RTM_NEWROUTE, REQUEST|ACK|EXCL|CREATE
            02 18 00 00 fe 03 00 01 00000000                        // rtmsg: family, length, source, tos, table, protocol, scope, kind, flags
            08000100 0af40200                                       // RTA_DST 10.244.2.0
            16001200 0a00fd00 01920000 00000000 00000000 0003 0000  // RTA_VIA family 10, fd00:192::3
            08000400 05000000                                       // RTA_OIF 5
            08000f00 fe000000                                       // RTA_TABLE 254
            """
        #expect(try bytes(.addRoute(RouteSpec(destination, gateway: gateway, link: 5))) == [UInt8](hex: wanted))
    }
}
