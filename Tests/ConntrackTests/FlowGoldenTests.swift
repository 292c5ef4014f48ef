import Conntrack
import Netlink
import NetlinkTesting
import NetworkTypes
import Testing

/// Messages as a Linux 6.18 kernel sent them to `conntrack -L`.
struct FlowGoldenTests {
    /// 127.0.0.1:4000 > 127.9.9.9:53, translated to 127.0.0.1:5353, with accounting.
    static let translated4 = [UInt8](
        hex: """
            dc000000 0001 0200 f8afa56a 6b780000     // nlmsghdr: CT_NEW, MULTI
            02 00 0000                               // nfgenmsg: AF_INET
            3400 0180                                // CTA_TUPLE_ORIG
                1400 0180                            //   CTA_TUPLE_IP
                    0800 0100 7f000001
                    0800 0200 7f090909
                1c00 0280                            //   CTA_TUPLE_PROTO
                    0500 0100 11 000000              //     UDP
                    0600 0200 0fa0 0000
                    0600 0300 0035 0000
            3400 0280                                // CTA_TUPLE_REPLY
                1400 0180
                    0800 0100 7f000001
                    0800 0200 7f000001
                1c00 0280
                    0500 0100 11 000000
                    0600 0200 14e9 0000
                    0600 0300 0fa0 0000
            0800 0300 000001a8                       // CTA_STATUS
            0800 0800 00000000                       // CTA_MARK
            0800 0c00 f48a248c                       // CTA_ID
            0800 0b00 00000001                       // CTA_USE
            0800 0700 0000001d                       // CTA_TIMEOUT
            1c00 0980                                // CTA_COUNTERS_ORIG
                0c00 0100 0000000000000001
                0c00 0200 000000000000001e
            1c00 0a80                                // CTA_COUNTERS_REPLY
                0c00 0100 0000000000000000
                0c00 0200 0000000000000000
            """
    )

    /// [::1]:4001 > [::1]:5354.
    static let plain6 = [UInt8](
        hex: """
            d4000000 0001 2200 f8afa56a 71780000     // nlmsghdr: CT_NEW, MULTI | DUMP_FILTERED
            0a 00 0000                               // nfgenmsg: AF_INET6
            4c00 0180                                // CTA_TUPLE_ORIG
                2c00 0180
                    1400 0300 00000000000000000000000000000001
                    1400 0400 00000000000000000000000000000001
                1c00 0280
                    0500 0100 11 000000
                    0600 0200 0fa1 0000
                    0600 0300 14ea 0000
            4c00 0280                                // CTA_TUPLE_REPLY
                2c00 0180
                    1400 0300 00000000000000000000000000000001
                    1400 0400 00000000000000000000000000000001
                1c00 0280
                    0500 0100 11 000000
                    0600 0200 14ea 0000
                    0600 0300 0fa1 0000
            0800 0300 00000188                       // CTA_STATUS
            0800 0800 0000002a                       // CTA_MARK (the recorded one was 0)
            0800 0c00 85e895ed                       // CTA_ID
            0800 0b00 00000001                       // CTA_USE
            0800 0700 0000001d                       // CTA_TIMEOUT
            """
    )

    /// 127.0.0.1:4000 > 127.0.0.1:8080, an open connection.
    static let connection4 = [UInt8](
        hex: """
            d4000000 0001 2200 07000000 4d2f0000
            02 00 0000
            3400 0180
                1400 0180
                    0800 0100 7f000001
                    0800 0200 7f000001
                1c00 0280
                    0500 0100 06 000000
                    0600 0200 0fa0 0000
                    0600 0300 1f90 0000
            3400 0280
                1400 0180
                    0800 0100 7f000001
                    0800 0200 7f000001
                1c00 0280
                    0500 0100 06 000000
                    0600 0200 1f90 0000
                    0600 0300 0fa0 0000
            0800 0300 0000000e                       // CTA_STATUS
            0800 0800 00000000                       // CTA_MARK
            0800 0c00 d00d0beb                       // CTA_ID
            0800 0b00 00000001                       // CTA_USE
            0800 0700 0006977f                       // CTA_TIMEOUT
            3000 0480                                // CTA_PROTOINFO
                2c00 0180                            //   CTA_PROTOINFO_TCP
                    0500 0100 03 000000              //     CTA_PROTOINFO_TCP_STATE
                    0500 0200 0a 000000              //     the windows' scales
                    0500 0300 0a 000000
                    0600 0400 2300 0000              //     flags
                    0600 0500 2300 0000
            """
    )

    static func flow(_ golden: [UInt8]) throws -> Flow { try Flow(try #require(NetlinkMessage.parse(golden).first)) }

    @Test func aTranslatedFlowIsRead() throws {
        let flow = try Self.flow(Self.translated4)
        #expect(flow.description == "udp 127.0.0.1:4000 > 127.9.9.9:53, reply udp 127.0.0.1:5353 > 127.0.0.1:4000")
        #expect(flow.status.contains([.confirmed, .destinationTranslated]) && !flow.status.contains(.seenReply))
        #expect(flow.id == 0xf48a_248c && flow.timeout == 29 && flow.mark == 0 && flow.zone == 0)
        #expect(flow.originalCounters == Flow.Counters(packets: 1, bytes: 30))
        #expect(flow.replyCounters == Flow.Counters(packets: 0, bytes: 0))
        #expect(flow.original.transport == .udp && flow.original.destinationPort == 53)
    }

    @Test func anIPv6FlowIsRead() throws {
        let flow = try Self.flow(Self.plain6)
        #expect(flow.description == "udp [::1]:4001 > [::1]:5354, reply udp [::1]:5354 > [::1]:4001 mark 42")
        #expect(!flow.status.contains(.destinationTranslated) && flow.originalCounters == nil)
        #expect(flow.tcpState == nil)
    }

    @Test func howFarAConnectionIsIsRead() throws {
        let flow = try Self.flow(Self.connection4)
        #expect(flow.original.description == "tcp 127.0.0.1:4000 > 127.0.0.1:8080" && flow.timeout == 431_999)
        #expect(flow.status == [.seenReply, .assured, .confirmed] && flow.tcpState == .established)
        let ended = (0...UInt8(8)).filter { TCPState(rawValue: $0).hasEnded }
        #expect(ended == [TCPState.timeWait.rawValue, TCPState.close.rawValue])
    }

    @Test(.timeLimit(.minutes(5)), arguments: [translated4, plain6, connection4])
    func everyMutationEnds(golden: [UInt8]) {
        let result = MutationCheck.runMessages(golden) { _ = try Flow($0).description }
        #expect(result.total == golden.count * 256 + 1)
        #expect(result.threw > 1000 && result.returned > 1000)
    }

    /// What a connection sends for a call.
    private func sent(_ call: (inout ConntrackConnection) throws -> Void) throws -> [UInt8] {
        let kernel = FakeExchange { request in
            request.flags.contains(.dump) ? [.done(request)] : [.acknowledgement(request)]
        }
        var connection = ConntrackConnection(NetlinkSocket.connected(to: kernel.exchange))
        try call(&connection)
        return kernel.requests.flatMap(\.bytes)
    }

    @Test func aDeletionNamesTheOriginalTupleAndTheEntry() throws {
        let flow = try Self.flow(Self.translated4)
        let golden = """
            50000000 0201 0500 01000000 00000000     // nlmsghdr: CT_DELETE, REQUEST | ACK
            02 00 0000
            3400 0180
                1400 0180
                    0800 0100 7f000001
                    0800 0200 7f090909
                1c00 0280
                    0500 0100 11 000000
                    0600 0200 0fa0 0000
                    0600 0300 0035 0000
            0800 0c00 f48a248c
            """
        #expect(try sent { try $0.delete(flow) } == [UInt8](hex: golden))
    }

    @Test func aDeletionInAZoneNamesIt() throws {
        var flow = try Self.flow(Self.plain6)
        flow.zone = 7
        flow.original.zone = 9
        flow.id = nil
        let golden = """
            70000000 0201 0500 01000000 00000000
            0a 00 0000
            5400 0180
                2c00 0180
                    1400 0300 00000000000000000000000000000001
                    1400 0400 00000000000000000000000000000001
                1c00 0280
                    0500 0100 11 000000
                    0600 0200 0fa1 0000
                    0600 0300 14ea 0000
                0600 0300 0009 0000                  // CTA_TUPLE_ZONE
            0600 1200 0007 0000                      // CTA_ZONE
            """
        #expect(try sent { try $0.delete(flow) } == [UInt8](hex: golden))
    }

    @Test func echoFlowsAreNamedByTypeCodeAndId() throws {
        let tuple = FlowTuple(
            source: .v4(IPv4Address(10, 0, 0, 1)),
            destination: .v4(IPv4Address(10, 0, 0, 2)),
            protocolNumber: 1,
            key: .echo(type: 8, code: 0, id: 0x1234)
        )
        let golden = """
            50000000 0101 0500 01000000 00000000     // CT_GET
            02 00 0000
            3c00 0180
                1400 0180
                    0800 0100 0a000001
                    0800 0200 0a000002
                2400 0280
                    0500 0100 01 000000
                    0600 0400 1234 0000
                    0500 0500 08 000000
                    0500 0600 00 000000
            """
        #expect(try sent { _ = try $0.get(tuple) } == [UInt8](hex: golden))
    }

    @Test(arguments: [
        (FlowFilter(), "14000000 0101 0103 01000000 00000000  00 00 0000"),
        (FlowFilter(family: .ipv6), "14000000 0101 0103 01000000 00000000  0a 00 0000"),
        // Without a family the kernel can't compare tuples.
        (FlowFilter(.udp), "14000000 0101 0103 01000000 00000000  00 00 0000"),
    ])
    func simpleDumpsNameTheFamily(filter: FlowFilter, golden: String) throws {
        #expect(try sent { _ = try $0.dump(filter) } == [UInt8](hex: golden))
    }

    @Test func aFilteredDumpLetsTheKernelCompare() throws {
        var filter = FlowFilter(.udp)
        filter.originalDestination = .v4(IPv4Address(10, 96, 0, 10))
        filter.originalDestinationPort = 53
        filter.mark = 0x4000
        filter.markMask = 0xff00
        let golden = """
            54000000 0101 0103 01000000 00000000     // CT_GET, REQUEST | DUMP
            02 00 0000
            0800 0800 00004000                       // CTA_MARK
            0800 1500 0000ff00                       // CTA_MARK_MASK
            2400 0180                                // CTA_TUPLE_ORIG
                0c00 0180
                    0800 0200 0a60000a
                1400 0280
                    0500 0100 11 000000
                    0600 0300 0035 0000
            0c00 1980                                // CTA_FILTER
                0800 0100 2a000000                   //   CTA_FILTER_ORIG_FLAGS: destination, protocol, its port
            """
        let bytes = try sent { _ = try $0.dump(filter) }
        #expect(bytes == [UInt8](hex: golden), "\(MessageDump.text(bytes))")
    }

    @Test func aFilteredIPv6DumpLeavesTheAddressToUs() throws {
        var filter = FlowFilter(.udp)
        filter.originalDestination = .v6(.loopback)
        filter.originalDestinationPort = 53
        let golden = """
            38000000 0101 0103 01000000 00000000     // CT_GET, REQUEST | DUMP
            0a 00 0000
            1800 0180                                // CTA_TUPLE_ORIG
                1400 0280
                    0500 0100 11 000000
                    0600 0300 0035 0000
            0c00 1980                                // CTA_FILTER
                0800 0100 28000000                   //   CTA_FILTER_ORIG_FLAGS: protocol, its destination port
            """
        let bytes = try sent { _ = try $0.dump(filter) }
        #expect(bytes == [UInt8](hex: golden), "\(MessageDump.text(bytes))")
    }
}
