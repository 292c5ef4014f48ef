import IPVS
import LinuxSystem
import Netlink
import NetlinkTesting
import NetworkTypes
import Testing

/// Many changes against a scripted kernel.
struct ApplyTests {
    private func server(_ number: Int) -> VirtualServerID {
        VirtualServerID(.tcp, .v4(IPv4Address(rawValue: 0x0a60_0000 + UInt32(number))), 80)
    }

    private static func answers(_ request: NetlinkMessage, _ errno: Errno?) -> [NetlinkMessage] {
        if let errno { return [.failure(request, errno)] }
        return request.flags.contains(.acknowledge) ? [.acknowledgement(request)] : []
    }

    @Test func onlyTheLastRequestOfADatagramAsksForAnAnswer() throws {
        let fake = FakeIPVS.agreeing
        var connection = try fake.connect()
        let outcome = try connection.apply((0..<1000).map { .addVirtualServer(VirtualServer(server($0))) })
        #expect(outcome.isComplete && outcome.appliedCount == 1000)
        #expect(fake.requests.count == 1000)
        #expect(fake.requests.count { $0.flags.contains(.acknowledge) } == 4)
        #expect(Set(fake.requests.map(\.sequence)).count == 1000)
    }

    @Test func datagramsAreWhatWouldBeSent() throws {
        let changes = (0..<600).map { IPVSChange.setVirtualServer(VirtualServer(server($0))) }
        let fake = FakeIPVS.agreeing
        var connection = try fake.connect()
        _ = try connection.apply(changes)
        let other = FakeIPVS.agreeing
        var silent = try other.connect()
        let datagrams = try silent.datagrams(of: changes)
        #expect(other.requests.isEmpty)
        #expect(datagrams.count == 5)
        #expect(datagrams.flatMap(\.bytes) == fake.requests.flatMap(\.bytes))
        #expect(datagrams[0].changes == (0..<256).map { changes[$0 / 2] })
        #expect("\(datagrams[4].changes[1])" == "add virtual server TCP 10.96.2.0:80")
        let wrong = IPVSChange.addVirtualServer(VirtualServer(server(1), scheduler: ""))
        #expect(throws: IPVSError.self) { try silent.datagrams(of: [wrong]) }
    }

    @Test func eachRefusalIsOfItsChange() throws {
        // The family's question was number 1, so change 0 is number 2.
        let changes = (0..<600).map { number in IPVSChange.addRealServer(RealServer(pod4), to: server(number)) }
        let fake = FakeIPVS { Self.answers($0, $0.sequence % 100 == 2 ? .noSuchProcess : nil) }
        var connection = try fake.connect()
        let outcome = try connection.apply(changes)
        #expect(outcome.failures.map(\.index) == [0, 100, 200, 300, 400, 500])
        #expect(outcome.appliedCount == 594 && !outcome.isComplete)
        #expect(outcome.failures.allSatisfy { $0.error.code == .notFound && $0.change == changes[$0.index] })
        let first = outcome.failures.first.map { "\($0.error)" }
        let expected = "add real server 10.244.0.5:8080 of TCP 10.96.0.0:80: there is no such virtual server (ESRCH)"
        #expect(first == expected)
    }

    @Test func aSetOfWhatIsThereIsAChange() throws {
        let fake = FakeIPVS { request in
            let isAddition = request.payload.first == 1 || request.payload.first == 5
            return Self.answers(request, isAddition ? .fileExists : nil)
        }
        var connection = try fake.connect()
        try connection.set(VirtualServer(tcp))
        try connection.set(RealServer(pod4), of: tcp)
        #expect(fake.requests.compactMap(\.payload.first) == [1, 2, 5, 6])
        let error = #expect(throws: IPVSError.self) { try connection.add(VirtualServer(tcp)) }
        #expect(error?.code == .alreadyExists)
    }

    @Test func aSetThatFailsTwiceFailsForItsFirstReason() throws {
        let fake = FakeIPVS { Self.answers($0, $0.payload.first == 1 ? .noSuchFileOrDirectory : .noSuchProcess) }
        var connection = try fake.connect()
        let outcome = try connection.apply([.setVirtualServer(VirtualServer(tcp, scheduler: "mh"))])
        #expect(outcome.failures.map(\.error.code) == [.noScheduler])
        let text = outcome.failures.first.map { "\($0.error)" }
        let expected =
            "add virtual server TCP 10.96.0.1:80: no scheduler mh in the kernel; load it with: modprobe ip_vs_mh (ENOENT)"
        #expect(text == expected)
    }

    @Test func anInvalidChangeDoesNotStopTheOthers() throws {
        let fake = FakeIPVS.agreeing
        var connection = try fake.connect()
        let outcome = try connection.apply([
            .addVirtualServer(VirtualServer(server(1))), .addVirtualServer(VirtualServer(server(2), scheduler: "")),
            .addVirtualServer(VirtualServer(server(3))),
        ])
        #expect(outcome.failures.map(\.index) == [1])
        #expect(fake.requests.count == 2)
        #expect(fake.requests.last?.flags.contains(.acknowledge) == true)
    }

    @Test func nothingIsNothing() throws {
        let fake = FakeIPVS.agreeing
        var connection = try fake.connect()
        #expect(try connection.apply([]).isComplete)
        #expect(fake.requests.isEmpty)
    }

    @Test func aSilentKernelIsATimeout() throws {
        var connection = try FakeIPVS { _ in [] }.connect()
        let error = #expect(throws: IPVSError.self) { try connection.apply([.deleteVirtualServer(tcp)]) }
        #expect(error?.code == .timeout)
        #expect(throws: IPVSError.self) { try connection.virtualServers() }
    }

    @Test func answersToOthersAreSkipped() throws {
        let fake = FakeIPVS { request in
            var late = request
            late.sequence += 7
            return [.failure(late, .invalidArgument)] + Self.answers(request, nil)
        }
        var connection = try fake.connect()
        try connection.delete(tcp)
        try connection.flush()
    }

    @Test func aKernelWithoutIPVSSaysHowToGetIt() {
        let error = #expect(throws: IPVSError.self) {
            _ = try IPVSConnection.connected { bytes in
                try NetlinkMessage.parse(bytes).map { NetlinkMessage.failure($0, .noSuchFileOrDirectory).bytes }
            }
        }
        #expect(error?.code == .unsupported)
        let expected =
            "find the kernel's IPVS: the kernel's module ip_vs is missing; load it with: modprobe ip_vs (ENOENT)"
        #expect(error.map { "\($0)" } == expected)
    }

    @Test(arguments: [
        (Errno.notPermitted, IPVSError.Code.permission), (.noSuchFileOrDirectory, .notFound), (.outOfRange, .invalid),
        (.invalidArgument, .invalid), (.fileExists, .alreadyExists), (.addressFamilyNotSupported, .invalid),
        (.noBufferSpace, .kernel),
    ])
    func refusalsKeepTheKernelsNumber(errno: Errno, code: IPVSError.Code) throws {
        var connection = try FakeIPVS { [.failure($0, errno, text: "so says the kernel")] }.connect()
        let error = #expect(throws: IPVSError.self) { try connection.add(RealServer(pod4), to: tcp) }
        #expect(error?.errno == errno && error?.code == code)
        #expect(error?.text.hasSuffix("so says the kernel") == true)
    }

    @Test func aMissingVirtualServerIsNil() throws {
        var connection = try FakeIPVS { Self.answers($0, .noSuchProcess) }.connect()
        #expect(try connection.virtualServer(tcp) == nil)
        #expect(throws: IPVSError.self) { try connection.delete(tcp) }
    }
}
