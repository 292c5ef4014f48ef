import ClusterTesting
import Glibc
import LinuxSystem
import LinuxSystemTesting
import NetworkTypes
import Synchronization
import TrafficTesting

/// Sends datagrams to all of some addresses, round after round, whether there is anybody or not.
final class SteadyHammer: Sendable {
    private let done = Atomic(false)
    private let round = Atomic(0)
    private let thread: Mutex<DedicatedThread?>

    init(_ namespace: String, _ addresses: [IPAddress]) throws {
        thread = Mutex(nil)
        let namespace = try NetworkNamespace.open(named: namespace)
        let started = try DedicatedThread.start(name: "hammer") { [self] in
            try? withNetworkNamespace(namespace) {
                let socket = try InternetSocket(.udp, family: .ipv4)
                while !done.load(ordering: .acquiring) {
                    for address in addresses {
                        try? socket.send(Array("x".utf8), to: IPEndpoint(address: address, port: 80))
                    }
                    round.add(1, ordering: .releasing)
                    usleep(4000)
                }
            }
        }
        thread.withLock { $0 = started }
    }

    /// Waits for so many rounds more.
    func rounds(_ count: Int) async throws {
        let end = round.load(ordering: .acquiring) + count
        let deadline = Deadline.after(Patience.duration(.seconds(30)))
        while round.load(ordering: .acquiring) < end {
            if deadline.hasPassed { throw ClusterError("nobody hammers") }
            try await Task.sleep(for: .milliseconds(2))
        }
    }

    func stop() {
        done.store(true, ordering: .releasing)
        thread.withLock { $0.take() }?.join()
    }
}
