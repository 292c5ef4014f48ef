import IPVS
import LinuxSystem
import LinuxSystemTesting
import NetworkTypes
import Testing

/// What the kernel refuses, and in which words that reaches the user.
@Suite(.enabled(if: KernelFeature.ipvs.isAvailable))
struct IPVSErrorTests {
    private let id = VirtualServerID(.tcp, .v4(IPv4Address(10, 96, 0, 1)), 80)
    private let pod = IPEndpoint(address: .v4(IPv4Address(10, 244, 0, 5)), port: 8080)

    private func refusal(_ body: () throws -> Void) -> (IPVSError.Code?, String) {
        let error = #expect(throws: IPVSError.self) { try body() }
        return (error?.code, error.map { "\($0)" } ?? "")
    }

    @Test func refusalsOfVirtualServers() throws {
        try withTestNamespace { _ in
            var ipvs = try IPVSConnection.open()
            let absent = refusal { try ipvs.delete(id) }
            #expect(absent == (.notFound, "delete virtual server \(id): there is no such virtual server (ESRCH)"))
            let change = refusal { try ipvs.update(VirtualServer(id)) }
            #expect(change == (.notFound, "update virtual server \(id): there is no such virtual server (ESRCH)"))
            try ipvs.add(VirtualServer(id))
            let twice = refusal { try ipvs.add(VirtualServer(id, scheduler: "lc")) }
            #expect(twice == (.alreadyExists, "add virtual server \(id): it is there already (EEXIST)"))
            let scheduler = refusal { try ipvs.update(VirtualServer(id, scheduler: "nosuch")) }
            #expect(scheduler.0 == .noScheduler)
            #expect(
                scheduler.1 == """
                    update virtual server \(id): no scheduler nosuch in the kernel; \
                    load it with: modprobe ip_vs_nosuch (ENOENT)
                    """
            )
            #expect(try ipvs.virtualServers().map(\.server) == [VirtualServer(id)])
        }
    }

    @Test func refusalsOfRealServers() throws {
        try withTestNamespace { _ in
            var ipvs = try IPVSConnection.open()
            let early = refusal { try ipvs.add(RealServer(pod), to: id) }
            #expect(early == (.notFound, "add real server \(pod) of \(id): there is no such virtual server (ESRCH)"))
            try ipvs.add(VirtualServer(id))
            let absent = refusal { try ipvs.delete(pod, of: id) }
            let text = "delete real server \(pod) of \(id): the virtual server has no such real server (ENOENT)"
            #expect(absent == (.notFound, text))
            let change = refusal { try ipvs.update(RealServer(pod), of: id) }
            #expect(change.0 == .notFound)
            try ipvs.add(RealServer(pod), to: id)
            let twice = refusal { try ipvs.add(RealServer(pod), to: id) }
            #expect(twice.0 == .alreadyExists)
            let other = IPEndpoint(address: .loopback(.ipv6), port: 80)
            let mixed = refusal { try ipvs.add(RealServer(other), to: id) }
            #expect(mixed.0 == .invalid && mixed.1.contains("by tunnel only"))
            let multicast = IPEndpoint(address: .v4(IPv4Address(224, 0, 0, 5)), port: 80)
            let wrong = refusal { try ipvs.add(RealServer(multicast), to: id) }
            #expect(wrong.0 == .invalid && wrong.1.contains("is no address of one host"))
        }
    }

    @Test func withoutLoopbackARealServerIsRefusedWithTheReason() throws {
        try withTestNamespace(loopback: false) { _ in
            var ipvs = try IPVSConnection.open()
            try ipvs.add(VirtualServer(id))
            let error = refusal { try ipvs.add(RealServer(pod), to: id) }
            #expect(error.0 == .invalid && error.1.contains("the namespace's link lo was never up"))
        }
    }

    @Test func schedulersAreTriedInANamespaceOfTheirOwn() throws {
        try withTestNamespace { _ in
            let available = try (IPVSServerTests.schedulers + ["nosuch"]).filter(IPVSConnection.isAvailable)
            #expect(available == IPVSServerTests.schedulers)
            #expect(try Witness.run("ipvsadm", "-Sn") == "")
        }
    }

    @Test func theOthersAreInForceAfterARefusal() throws {
        try withTestNamespace { _ in
            var ipvs = try IPVSConnection.open()
            try ipvs.add(VirtualServer(id))
            let changes: [IPVSChange] = (0..<1200).map { number in
                let address = IPAddress.v4(IPv4Address(rawValue: 0x0af4_0000 + UInt32(number)))
                let endpoint = IPEndpoint(address: address, port: 8080)
                // Each of the first 600 is refused, more than one datagram's worth.
                return number < 600
                    ? .updateRealServer(RealServer(endpoint), of: id) : .addRealServer(RealServer(endpoint), to: id)
            }
            let outcome = try ipvs.apply(changes)
            #expect(outcome.failures.map(\.index) == Array(0..<600))
            #expect(outcome.failures.allSatisfy { $0.error.code == .notFound })
            #expect(try ipvs.realServers(of: id).count == 600)
        }
    }
}
