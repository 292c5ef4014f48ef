import IPVS
import Netlink
import NetlinkTesting
import NetworkTypes
import Testing

/// Requests byte for byte, against include/uapi/linux/ip_vs.h and what ipvsadm sends.
struct RequestGoldenTests {
    /// The payloads of what a body asks.
    private func sent(_ body: (inout IPVSConnection) throws -> Void) throws -> [NetlinkMessage] {
        let fake = FakeIPVS.agreeing
        var connection = try fake.connect()
        try body(&connection)
        return fake.requests
    }

    private func payload(_ body: (inout IPVSConnection) throws -> Void) throws -> [UInt8] {
        let requests = try sent(body)
        #expect(requests.count == 1)
        #expect(requests.allSatisfy { $0.type == 0x21 && $0.flags.rawValue == 0x5 }, "REQUEST and ACK, to the family")
        return requests.first.map { Array($0.payload) } ?? []
    }

    @Test func theFamilyIsAskedForByName() throws {
        let fake = FakeIPVS.agreeing
        _ = try fake.connect()
        let expected = [UInt8](hex: "03020000 09000200 4950565300 000000")
        #expect(fake.kernel.requests.map { Array($0.payload) } == [expected])
    }

    @Test func persistentVirtualServer() throws {
        let server = VirtualServer(
            tcp,
            scheduler: .weightedRoundRobin,
            persistence: VirtualServerPersistence(timeout: 300, prefixLength: 24)
        )
        let expected = [UInt8](
            hex: """
                01010000 54000180                  // NEW_SERVICE, SERVICE
                  06000100 0200 0000               // AF
                  06000200 0600 0000               // PROTOCOL
                  14000300 0a600001000000000000000000000000
                  06000400 0050 0000               // PORT, in network order
                  08000600 77727200                // SCHED_NAME
                  0c000700 01000000ffffffff        // FLAGS: PERSISTENT, mask
                  08000800 2c010000                // TIMEOUT
                  08000900 ffffff00                // NETMASK, in network order
                """
        )
        #expect(try payload { try $0.add(server) } == expected)
    }

    @Test func virtualServerOfIPv6() throws {
        let server = VirtualServer(udp6, scheduler: .maglevHashing, flags: [.hashFallback, .hashPort])
        let expected = [UInt8](
            hex: """
                02010000 54000180                  // SET_SERVICE
                  06000100 0a00 0000
                  06000200 1100 0000
                  14000300 fd000096000000000000000000000001
                  06000400 0035 0000
                  07000600 6d6800 00
                  0c000700 18000000ffffffff        // SCHED1 | SCHED2
                  08000800 00000000
                  08000900 80000000                // 128 bits
                """
        )
        #expect(try payload { try $0.update(server) } == expected)
    }

    @Test func firewallMarkWithEngine() throws {
        let server = VirtualServer(.firewallMark(7, .ipv4), flags: .onePacket, persistenceEngine: "sip")
        let expected = [UInt8](
            hex: """
                01010000 40000180
                  06000100 0200 0000
                  08000500 07000000                // FWMARK
                  07000600 727200 00
                  08000b00 73697000                // PE_NAME
                  0c000700 04000000ffffffff
                  08000800 00000000
                  08000900 ffffffff
                """
        )
        #expect(try payload { try $0.add(server) } == expected)
    }

    @Test func realServer() throws {
        let server = RealServer(pod4, weight: 7, upperThreshold: 100, lowerThreshold: 50)
        let expected = [UInt8](
            hex: """
                05010000                           // NEW_DEST
                30000180                           // SERVICE
                  06000100 0200 0000 06000200 0600 0000
                  14000300 0a600001000000000000000000000000
                  06000400 0050 0000
                48000280                           // DEST
                  14000100 0af40005000000000000000000000000
                  06000200 1f90 0000
                  06000b00 0200 0000               // ADDR_FAMILY
                  08000300 00000000 08000400 07000000
                  08000500 64000000 08000600 32000000
                """
        )
        #expect(try payload { try $0.add(server, to: tcp) } == expected)
    }

    @Test func deletionsNameOnly() throws {
        let service = """
            30000180
              06000100 0a00 0000 06000200 1100 0000
              14000300 fd000096000000000000000000000001
              06000400 0035 0000

            """
        #expect(try payload { try $0.delete(udp6) } == [UInt8](hex: "03010000\n" + service))
        let dest = "28000280 14000100 fd000244000000000000000000000006 06000200 0035 0000 06000b00 0a00 0000"
        #expect(try payload { try $0.delete(pod6, of: udp6) } == [UInt8](hex: "07010000\n" + service + dest))
    }

    @Test func theNamespaceAsAWhole() throws {
        #expect(try payload { try $0.flush() } == [0x11, 1, 0, 0])
        #expect(try payload { try $0.resetCounters() } == [0x10, 1, 0, 0])
        let timeouts = IPVSTimeouts(tcp: 900, tcpFin: 0, udp: 0x1234)
        let expected = [UInt8](hex: "0c010000 08000400 84030000 08000500 00000000 08000600 34120000")
        #expect(try payload { try $0.setTimeouts(timeouts) } == expected)
    }

    @Test func dumpsAskForNoAcknowledgement() throws {
        let fake = FakeIPVS.answering()
        var connection = try fake.connect()
        _ = try connection.virtualServers()
        _ = try connection.realServers(of: .firewallMark(7, .ipv4))
        #expect(fake.requests.map(\.flags.rawValue) == [0x301, 0x301])
        let payloads = fake.requests.map { Array($0.payload) }
        #expect(payloads == [[4, 1, 0, 0], [UInt8](hex: "08010000 14000180 06000100 0200 0000 08000500 07000000")])
    }

    @Test func whatNoRequestCanCarryIsNotSent() throws {
        let fake = FakeIPVS.agreeing
        var connection = try fake.connect()
        let wrong: [IPVSChange] = [
            .addVirtualServer(VirtualServer(tcp, scheduler: "")),
            .addVirtualServer(VirtualServer(tcp, scheduler: "sixteen-bytes-ok")),
            .addVirtualServer(VirtualServer(tcp, persistenceEngine: "sixteen-bytes-ok")),
            .addVirtualServer(VirtualServer(.firewallMark(0, .ipv6))),
            .setVirtualServer(VirtualServer(tcp, persistence: VirtualServerPersistence(timeout: 1, prefixLength: 33))),
            .updateVirtualServer(
                VirtualServer(tcp, persistence: VirtualServerPersistence(timeout: 1, prefixLength: 0))
            ),
            .addRealServer(RealServer(pod4, weight: 0x8000_0000), to: tcp),
            .setRealServer(RealServer(pod4, upperThreshold: 1, lowerThreshold: 2), of: tcp),
        ]
        let outcome = try connection.apply(wrong)
        #expect(outcome.failures.map(\.index) == Array(wrong.indices))
        #expect(outcome.failures.allSatisfy { $0.error.code == .invalid })
        #expect(fake.requests.isEmpty)
        let first = outcome.failures.first.map { "\($0.error)" }
        #expect(first == "add virtual server TCP 10.96.0.1:80: a scheduler's name has 1 to 15 bytes, not ''")
    }
}
