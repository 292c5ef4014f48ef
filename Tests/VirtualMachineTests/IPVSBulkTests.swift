import Glibc
import IPVS
import LinuxSystem
import LinuxSystemTesting
import NetworkTypes
import Testing

/// A large cluster's worth, beside `ipvsadm -R`; `WEFT_IPVS_SERVERS=10000` makes it larger still.
@Suite(.enabled(if: KernelFeature.ipvs.isAvailable), .serialized)
struct IPVSBulkTests {
    private let count = unsafe getenv("WEFT_IPVS_SERVERS").flatMap { unsafe Int(String(cString: $0)) } ?? 1000

    private func virtual(_ number: Int) -> VirtualServerID {
        VirtualServerID(.tcp, .v4(IPv4Address(rawValue: 0x0a60_0000 + UInt32(number))), 80)
    }

    private func pod(_ number: Int) -> IPEndpoint {
        IPEndpoint(address: .v4(IPv4Address(rawValue: 0x0af4_0000 + UInt32(number))), port: 8080)
    }

    private func set(_ count: Int, endpoints: Int) -> [IPVSChange] {
        (0..<count).flatMap { number -> [IPVSChange] in
            let reals = (0..<endpoints).map { index in
                IPVSChange.addRealServer(RealServer(pod(number * endpoints + index)), to: virtual(number))
            }
            return [.addVirtualServer(VirtualServer(virtual(number)))] + reals
        }
    }

    /// The same set for `ipvsadm -R`.
    private func text(_ count: Int, endpoints: Int) -> String {
        (0..<count).map { number in
            let service = virtual(number).endpoint.map { "\($0)" } ?? ""
            let reals = (0..<endpoints).map { "-a -t \(service) -r \(pod(number * endpoints + $0)) -m -w 1\n" }
            return "-A -t \(service) -s rr\n" + reals.joined()
        }.joined()
    }

    @Test func aThousandVirtualServersWithTenEach() throws {
        try withTestNamespaces(2) { namespaces in
            var ipvs = try IPVSConnection.open(in: namespaces[0].namespace)
            let changes = set(count, endpoints: 10)
            let clock = ContinuousClock()
            var outcome = IPVSOutcome()
            let ours = try clock.measure { outcome = try ipvs.apply(changes) }
            #expect(outcome.isComplete)
            let script = text(count, endpoints: 10)
            let theirs = try clock.measure {
                let restore = ProcessCommand(
                    "ipvsadm",
                    ["-R"],
                    networkNamespace: namespaces[1].namespace,
                    standardInput: .bytes(Array(script.utf8))
                )
                _ = try ChildProcess.runSuccessfully(restore, until: .after(.seconds(900)))
            }
            // A list goes on by the place in a table that all namespaces share: what another test adds or removes at
            // that moment shifts it, so one more look is allowed.
            var listed = 0
            let reading = try clock.measure {
                for _ in 1...5 where listed != 10 * count {
                    listed = 0
                    for server in try ipvs.virtualServers() {
                        listed += try ipvs.realServers(of: server.server.id).count
                    }
                }
            }
            print("IPVS \(count) x 10: ours \(ours), ipvsadm -R \(theirs), reading back \(reading)")
            #expect(listed == 10 * count)
            let wanted = script.split(separator: "\n").sorted()
            var saved: [Substring] = []
            for _ in 1...5 where saved != wanted {
                saved = try namespaces[0].witness("ipvsadm", "-Sn").split(separator: "\n").sorted()
            }
            #expect(saved == wanted)
            #expect(ours < theirs, "one datagram for many is slower than a process that asks for each")
            let deletions = (0..<count).map { IPVSChange.deleteVirtualServer(virtual($0)) }
            outcome = try ipvs.apply(deletions)
            #expect(outcome.isComplete)
            #expect(try ipvs.virtualServers().isEmpty)
        }
    }
}
