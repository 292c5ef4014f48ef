import IPVS
import LinuxSystem
import Netlink
import NetlinkTesting
import NetworkTypes
import Synchronization
import Testing

/// What the kernel sends, as it was recorded and as it should never be.
struct DecodingTests {
    private func statistics() -> IPVSStatistics {
        var statistics = IPVSStatistics()
        statistics.connections = 0x1_0000_0001
        (statistics.packetsIn, statistics.packetsOut, statistics.bytesIn, statistics.bytesOut) = (2, 3, 4, 5)
        (statistics.connectionRate, statistics.packetRateIn, statistics.packetRateOut) = (6, 7, 8)
        (statistics.byteRateIn, statistics.byteRateOut) = (9, 10)
        return statistics
    }

    @Test func virtualServers() throws {
        let fake = FakeIPVS.answering(KernelMessages.virtual4, KernelMessages.virtual6, KernelMessages.mark)
        var connection = try fake.connect()
        let persistence = VirtualServerPersistence(timeout: 300, prefixLength: 24)
        let expected = [
            VirtualServer(tcp, scheduler: .weightedRoundRobin, persistence: persistence),
            VirtualServer(udp6, scheduler: .maglevHashing, flags: [.hashFallback, .hashPort]),
            VirtualServer(.firewallMark(7, .ipv4), scheduler: .roundRobin, flags: .onePacket),
        ]
        #expect(try connection.virtualServers() == expected.map { VirtualServerStatus($0, statistics: statistics()) })
    }

    @Test func realServers() throws {
        let fake = FakeIPVS.answering(KernelMessages.real4, KernelMessages.real6)
        var connection = try fake.connect()
        let first = RealServerStatus(
            RealServer(pod4, weight: 7, upperThreshold: 100, lowerThreshold: 50),
            activeConnections: 11,
            inactiveConnections: 12,
            persistentConnections: 13,
            statistics: statistics()
        )
        let second = RealServer(pod6, weight: 0, forwarding: .directRoute)
        let expected = [first, RealServerStatus(second, statistics: statistics())]
        #expect(try connection.realServers(of: tcp) == expected)
    }

    @Test func settings() throws {
        var connection = try FakeIPVS.answering(KernelMessages.info).connect()
        let info = try connection.info()
        #expect(info.version == "1.2.1" && info.connectionTableSize == 4096)
        connection = try FakeIPVS.answering(KernelMessages.timeouts).connect()
        #expect(try connection.timeouts() == IPVSTimeouts(tcp: 900, tcpFin: 120, udp: 300))
    }

    @Test func aServerOfAnotherProtocolIsLeftOut() throws {
        var strange = KernelMessages.virtual4
        strange[20] = 47
        var connection = try FakeIPVS.answering(strange, KernelMessages.virtual6).connect()
        #expect(try connection.virtualServers().map(\.server.id) == [udp6])
    }

    @Test func whatIsMissingIsNamed() throws {
        var connection = try FakeIPVS.answering([5, 1, 0, 0]).connect()
        let error = #expect(throws: IPVSError.self) { try connection.realServers(of: tcp) }
        #expect(error?.code == .malformed)
        #expect(error.map { "\($0)" } == "list real servers of TCP 10.96.0.1:80: the answer holds no real server")
        connection = try FakeIPVS.answering().connect()
        #expect(throws: IPVSError.self) { try connection.info() }
        #expect(throws: IPVSError.self) { try connection.timeouts() }
    }

    @Test(arguments: 0..<3) func mutatedVirtualServersAreReadOrRefused(which: Int) throws {
        let golden = [KernelMessages.virtual4, KernelMessages.virtual6, KernelMessages.mark][which]
        let script = ScriptedPayload()
        var connection = try IPVSConnection.connected(to: script.exchange)
        let result = MutationCheck.run(golden) { payload in
            script.payload.withLock { $0 = payload }
            _ = try connection.virtualServers()
        }
        #expect(result.threw > golden.count && result.returned > golden.count)
    }

    @Test func mutatedRealServersAreReadOrRefused() throws {
        let script = ScriptedPayload()
        var connection = try IPVSConnection.connected(to: script.exchange)
        let result = MutationCheck.run(KernelMessages.real4) { payload in
            script.payload.withLock { $0 = payload }
            _ = try connection.realServers(of: tcp)
        }
        #expect(result.threw > KernelMessages.real4.count && result.returned > KernelMessages.real4.count)
    }

    /// Whole datagrams, so that message headers are wrong, too.
    @Test func mutatedAcknowledgementsAreReadOrRefused() throws {
        let words = "Attribute failed policy validation"
        let request = NetlinkMessage(type: 0x21, flags: [], sequence: 2, payload: [3, 1, 0, 0])
        let golden = NetlinkMessage.failure(request, .invalidArgument, text: words).bytes
        let result = MutationCheck.run(golden) { datagram in
            let ready = FakeIPVS.agreeing
            var connection = try IPVSConnection.connected { bytes in
                bytes[4] == 16 ? try ready.kernel.exchange(bytes).map(\.bytes) : [datagram]
            }
            try connection.delete(tcp)
        }
        #expect(result.threw > golden.count)
    }
}

/// Answers a dump with one payload, quickly: a mutation check asks for some 80,000 of them.
private final class ScriptedPayload: Sendable {
    let payload = Mutex<[UInt8]>([])

    @Sendable func exchange(_ request: [UInt8]) -> [[UInt8]] {
        let number = Array(request[8..<16])
        let isForFamily = request[4] == 16
        let payload = isForFamily ? KernelMessages.family : payload.withLock { $0 }
        let length = 16 + payload.count
        let data = [UInt8(length & 0xff), UInt8(length >> 8), 0, 0, 0x21, 0, 2, 0] + number + payload
        let end: [UInt8] = isForFamily ? [36, 0, 0, 0, 2, 0, 0, 1] : [20, 0, 0, 0, 3, 0, 2, 0]
        return [data, end + number + [UInt8](repeating: 0, count: isForFamily ? 20 : 4)]
    }
}
