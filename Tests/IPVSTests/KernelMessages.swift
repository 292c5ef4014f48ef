import NetlinkTesting

/// Payloads as a Linux 6.1 kernel sent them to `ipvsadm -Ln`; the counters, which were zero, are filled in.
enum KernelMessages {
    /// nlctrl's answer, without its list of operations.
    static let family = [UInt8](
        hex: """
            01020000                               // CTRL_CMD_NEWFAMILY
            09000200 4950565300 000000             // FAMILY_NAME: IPVS
            06000100 2100 0000                     // FAMILY_ID: 33
            08000300 01000000 08000400 00000000 08000500 06000000
            """
    )
    static let info = [UInt8](hex: "0e010000  08000100 01020100  08000200 00100000")
    static let timeouts = [UInt8](hex: "0c010000  08000400 84030000  08000500 78000000  08000600 2c010000")

    /// TCP 10.96.0.1:80, wrr, persistent for 300 s by /24.
    static let virtual4 = [UInt8](
        hex: """
            01010000 2c010100                      // NEW_SERVICE, SERVICE
              06000100 0200 0000                   // AF
              06000200 0600 0000                   // PROTOCOL
              14000300 0a600001000000000000000000000000
              06000400 0050 0000                   // PORT
              08000600 77727200                    // SCHED_NAME
              0c000700 03000000ffffffff            // FLAGS: HASHED | PERSISTENT
              08000800 2c010000                    // TIMEOUT
              08000900 ffffff00                    // NETMASK
            """ + statistics
    )
    /// UDP [fd00:96::1]:53, mh with fallback and port.
    static let virtual6 = [UInt8](
        hex: """
            01010000 2c010100
              06000100 0a00 0000
              06000200 1100 0000
              14000300 fd000096000000000000000000000001
              06000400 0035 0000
              07000600 6d6800 00
              0c000700 1a000000ffffffff            // HASHED | SCHED1 | SCHED2
              08000800 00000000
              08000900 80000000
            """ + statistics
    )
    /// Mark 7, rr, one packet.
    static let mark = [UInt8](
        hex: """
            01010000 10010100
              06000100 0200 0000
              08000500 07000000                    // FWMARK
              07000600 727200 00
              0c000700 06000000ffffffff
              08000800 00000000
              08000900 ffffffff
            """ + statistics
    )
    /// 10.244.0.5:8080, weight 7, thresholds 100 and 50.
    static let real4 = [UInt8](
        hex: """
            05010000 50010200                      // NEW_DEST, DEST
              14000100 0af40005000000000000000000000000
              06000200 1f90 0000
              08000300 00000000                    // FWD_METHOD: masquerade
              08000400 07000000
              05000d00 00 000000 06000e00 0000 0000 06000f00 0000 0000
              08000500 64000000 08000600 32000000
              08000700 0b000000 08000800 0c000000 08000900 0d000000
              06000b00 0200 0000                   // ADDR_FAMILY
            """ + statistics
    )
    /// [fd00:244::6]:53, weight 0, by direct route.
    static let real6 = [UInt8](
        hex: """
            05010000 50010200
              14000100 fd000244000000000000000000000006
              06000200 0035 0000
              08000300 03000000
              08000400 00000000
              05000d00 00 000000 06000e00 0000 0000 06000f00 0000 0000
              08000500 00000000 08000600 00000000
              08000700 00000000 08000800 00000000 08000900 00000000
              06000b00 0a00 0000
            """ + statistics
    )

    private static let statistics = """

          5c000a00                               // STATS, of 32 bits
            08000100 00000000 08000200 00000000 08000300 00000000
            0c000400 0000000000000000 0c000500 0000000000000000
            08000600 00000000 08000700 00000000 08000800 00000000 08000900 00000000 08000a00 00000000
          7c000c00                               // STATS64
            0c000100 0100000001000000 0c000200 0200000000000000 0c000300 0300000000000000
            0c000400 0400000000000000 0c000500 0500000000000000 0c000600 0600000000000000
            0c000700 0700000000000000 0c000800 0800000000000000 0c000900 0900000000000000
            0c000a00 0a00000000000000
        """
}
