import NetlinkTesting

/// Messages that kernel 6.18 sent, port ids zeroed.
enum KernelMessages {
    /// A veth that is a bridge's port, without its statistics.
    static let bridgePort = [UInt8](
        hex: """
            fc000000 1000 0000 07000000 00000000                                                // nlmsghdr
            00000100 04000000 03100000 00000000                                                 // ifinfomsg
            0a000300 76657468 33000000                                                          // IFLA_IFNAME
            08000d00 e8030000                                                                   // IFLA_TXQLEN
            05001000 03000000                                                                   // IFLA_OPERSTATE
            08000400 dc050000                                                                   // IFLA_MTU
            08001b00 00000000                                                                   // IFLA_GROUP
            08001e00 01000000                                                                   // IFLA_PROMISCUITY
            08000a00 02000000                                                                   // IFLA_MASTER
            08001400 77656200                                                                   // IFLA_IFALIAS
            0a000100 02000000 00030000                                                          // IFLA_ADDRESS
            0a000200 ffffffff ffff0000                                                          // IFLA_BROADCAST
            60001200 09000100 76657468 00000000 0b000400 62726964 67650000 44000500 05000100    // IFLA_LINKINFO
              00000000 05000400 01000000 05000500 00000000 05000800 01000000 05000900 01000000
              05000c00 00000000 05002000 00000000 05002100 00000000
            08000500 03000000                                                                   // IFLA_LINK
            18003480 14003500 706f642d 64656661 756c742d 77656200                               // IFLA_PROP_LIST
            """
    )

    /// 192.168.0.2/24.
    static let ipv4Address = [UInt8](
        hex: """
            58000000 1400 2200 0b000000 00000000          // nlmsghdr
            02188000 03000000                             // ifaddrmsg
            08000100 c0a80002                             // IFA_ADDRESS
            08000200 c0a80002                             // IFA_LOCAL
            08000400 c0a800ff                             // IFA_BROADCAST
            09000300 65746830 00000000                    // IFA_LABEL
            08000800 80000000                             // IFA_FLAGS
            14000600 ffffffff ffffffff 5fde0700 5fde0700  // IFA_CACHEINFO
            """
    )

    /// fd00:192::2/64, without duplicate detection.
    static let ipv6Address = [UInt8](
        hex: """
            48000000 1400 2200 13000000 00000000          // nlmsghdr
            0a408200 03000000                             // ifaddrmsg
            14000100 fd000192 00000000 00000000 00000002  // IFA_ADDRESS
            14000600 ffffffff ffffffff 60de0700 60de0700  // IFA_CACHEINFO
            08000800 82000000                             // IFA_FLAGS
            """
    )

    /// 10.244.2.0/24 via 192.168.0.3.
    static let ipv4Route = [UInt8](
        hex: """
            50000000 1800 2200 0d000000 00000000  // nlmsghdr
            02180000 fec90001 00000000            // rtmsg
            08000f00 fe000000                     // RTA_TABLE
            08000100 0af40200                     // RTA_DST
            0c000800 08000200 78050000            // RTA_METRICS
            08000700 c0a80002                     // RTA_PREFSRC
            08000500 c0a80003                     // RTA_GATEWAY
            08000400 03000000                     // RTA_OIF
            """
    )

    /// fd00:10:244:2::/64 via fd00:192::3.
    static let ipv6Route = [UInt8](
        hex: """
            a8000000 1800 2200 15000000 00000000                                              // nlmsghdr
            0a400000 fec90001 00000000                                                        // rtmsg
            08000f00 fe000000                                                                 // RTA_TABLE
            14000100 fd000010 02440002 00000000 00000000                                      // RTA_DST
            14000700 fd000192 00000000 00000000 00000002                                      // RTA_PREFSRC
            0c000800 08000200 78050000                                                        // RTA_METRICS
            08000600 00040000                                                                 // RTA_PRIORITY
            14000500 fd000192 00000000 00000000 00000003                                      // RTA_GATEWAY
            08000400 03000000                                                                 // RTA_OIF
            24000c00 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000  // RTA_CACHEINFO
            05001400 00000000                                                                 // RTA_PREF
            """
    )

    /// 10.244.2.0/24 over two next hops.
    static let ipv4NextHops = [UInt8](
        hex: """
            50000000 1800 2200 0f000000 00000000                                              // nlmsghdr
            02180000 fec90001 00000000                                                        // rtmsg
            08000f00 fe000000                                                                 // RTA_TABLE
            08000100 0af40200                                                                 // RTA_DST
            24000900 10000002 03000000 08000500 c0a80003 10000000 03000000 08000500 c0a80004  // RTA_MULTIPATH
            """
    )

    /// fd00:10:244:2::/64 over two next hops.
    static let ipv6NextHops = [UInt8](
        hex: """
            a8000000 1800 2200 17000000 00000000                                              // nlmsghdr
            0a400000 fec90001 00000000                                                        // rtmsg
            08000f00 fe000000                                                                 // RTA_TABLE
            14000100 fd000010 02440002 00000000 00000000                                      // RTA_DST
            08000600 00040000                                                                 // RTA_PRIORITY
            3c000900 1c000002 03000000 14000500 fd000192 00000000 00000000 00000003 1c000000  // RTA_MULTIPATH
              03000000 14000500 fd000192 00000000 00000000 00000004
            24000c00 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000  // RTA_CACHEINFO
            05001400 00000000                                                                 // RTA_PREF
            """
    )

    /// 10.9.0.0/16 via fd00:192::3.
    static let ipv4RouteOverIPv6 = [UInt8](
        hex: """
            4c000000 1800 2200 1b000000 00000000                   // nlmsghdr
            02100000 feca0001 00000000                             // rtmsg
            08000f00 fe000000                                      // RTA_TABLE
            08000100 0a090000                                      // RTA_DST
            16001200 0a00fd00 01920000 00000000 00000000 00030000  // RTA_VIA
            08000400 03000000                                      // RTA_OIF
            """
    )

    /// 192.168.0.3.
    static let ipv4Neighbor = [UInt8](
        hex: """
            4c000000 1c00 2200 11000000 00000000          // nlmsghdr
            02000000 03000000 80000001                    // ndmsg
            08000100 c0a80003                             // NDA_DST
            0a000200 0a580af4 02000000                    // NDA_LLADDR
            08000400 00000000                             // NDA_PROBES
            14000300 00000000 00000000 00000000 00000000  // NDA_CACHEINFO
            """
    )

    /// fd00:192::3.
    static let ipv6Neighbor = [UInt8](
        hex: """
            58000000 1c00 2200 19000000 00000000          // nlmsghdr
            0a000000 03000000 80000001                    // ndmsg
            14000100 fd000192 00000000 00000000 00000003  // NDA_DST
            0a000200 0a580af4 02000000                    // NDA_LLADDR
            08000400 00000000                             // NDA_PROBES
            14000300 00000000 00000000 00000000 00000000  // NDA_CACHEINFO
            """
    )

    /// 0a:58:0a:f4:01:05 behind a bridge's port.
    static let forwardingEntry = [UInt8](
        hex: """
            4c000000 1c00 0200 1d000000 00000000          // nlmsghdr
            07000000 04000000 40000000                    // ndmsg
            0a000200 0a580af4 01050000                    // NDA_LLADDR
            08000900 02000000                             // NDA_MASTER
            08000f00 00000000                             // NDA_FLAGS_EXT
            14000300 00000000 00000000 00000000 00000000  // NDA_CACHEINFO
            """
    )

    static let all = [
        bridgePort, ipv4Address, ipv6Address, ipv4Route, ipv6Route, ipv4NextHops, ipv6NextHops, ipv4RouteOverIPv6,
        ipv4Neighbor, ipv6Neighbor, forwardingEntry,
    ]
}
