import Dispatch
import NetworkTypes
import Synchronization
import Testing
import TrafficTesting

/// Over loopback; what crosses namespaces is in the kernel tier.
struct ProbeTests {
    @Test(arguments: [IPFamily.ipv4, .ipv6], InternetSocket.Transport.common)
    func theServerTellsItsNameAndWhoAsked(family: IPFamily, transport: InternetSocket.Transport) throws {
        let port = Port(rawValue: family == .ipv4 ? 18080 : 18081) + (transport == .tcp ? 0 : 2)
        let answer = try withServer(named: "web-1", port: port, family: family) {
            try Probe(transport, IPEndpoint(address: .loopback(family), port: port)).ask()
        }
        #expect(answer.server == "web-1")
        #expect(answer.clientSeen.address == .loopback(family))
        #expect(answer.clientSeen.port != port)
    }

    @Test func nobodyListeningIsRefused() {
        let probe = Probe(.tcp, IPEndpoint(address: .loopback(.ipv4), port: 1))
        #expect { try probe.ask() } throws: { ($0 as? TrafficError)?.code == .refused }
    }

    @Test func heldConnectionsAreCountedAndNoneIsLostWhileTheServerLives() throws {
        let target = IPEndpoint(address: .loopback(.ipv4), port: 18090)
        let report = try withServer(named: "web-1", port: target.port, family: .ipv4) {
            var rounds = 0
            return SteadyTraffic(targets: [target], connectionsEach: 3).run(ready: {}) {
                rounds += 1
                return rounds > 5
            }
        }
        #expect(report.held == 3 && report.lost == 0 && report.answers == 15)
        #expect(report.made == 5 && report.failed == 0 && report.firstFailure == nil)
    }

    @Test func aServerThatGoesAwayLosesItsConnections() throws {
        let target = IPEndpoint(address: .loopback(.ipv4), port: 18091)
        let stop = Stop()
        let server = try startServer(named: "web-1", port: target.port, family: .ipv4, stop: stop)
        var rounds = 0
        let report = SteadyTraffic(targets: [target], connectionsEach: 2).run(ready: {}) {
            rounds += 1
            if rounds == 3 {
                stop.now()
                server.wait()
            }
            return rounds > 4
        }
        #expect(report.held == 2 && report.lost == 2 && report.answers == 4)
        #expect(report.failed == 2)
        #expect(report.firstFailure != nil)
    }
}

/// A flag that one thread raises and another sees.
private final class Stop: Sendable {
    private let raised = Mutex(false)
    var isRaised: Bool { raised.withLock { $0 } }
    func now() { raised.withLock { $0 = true } }
}

private func startServer(named name: String, port: Port, family: IPFamily, stop: Stop) throws -> DispatchSemaphore {
    let listening = DispatchSemaphore(value: 0)
    let ended = DispatchSemaphore(value: 0)
    let failure = Mutex<TrafficError?>(nil)
    DispatchQueue(label: name).async {
        do throws(TrafficError) {
            let server = try NameServer(name: name, port: port, families: [family])
            listening.signal()
            server.run { stop.isRaised }
        } catch {
            failure.withLock { $0 = error }
            listening.signal()
        }
        ended.signal()
    }
    listening.wait()
    if let failure = failure.withLock({ $0 }) { throw failure }
    return ended
}

private func withServer<Result>(
    named name: String,
    port: Port,
    family: IPFamily,
    _ body: () throws -> Result
) throws -> Result {
    let stop = Stop()
    let ended = try startServer(named: name, port: port, family: family, stop: stop)
    defer {
        stop.now()
        ended.wait()
    }
    return try body()
}

private func + (port: Port, offset: UInt16) -> Port { Port(rawValue: port.rawValue + offset) }
