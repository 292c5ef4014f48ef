import BenchRunner
import BenchScenarios
import Glibc
import LinuxSystem
import NetworkTypes
import Synchronization
import TrafficTesting

/// Datagrams from the client to the pod, ten thousand a second, and when they arrive.
///
/// Nobody answers: for connection tracking each of them is a new connection's first one, and policies judge each.
final class DatagramStream {
    private final class State: Sendable {
        let isListening = Atomic(false)
        let hasEnded = Atomic(false)
        /// Nanoseconds of ``MonotonicTime``; 0: none arrived.
        let first = Atomic<Int64>(0)
        let last = Atomic<Int64>(0)
    }

    private let state = State()
    private let threads: [DedicatedThread]

    /// Begins to send; there are rules between them, or not.
    init(_ network: NodeNetworkPlan, port: Port) throws {
        let (state, target) = (state, IPEndpoint(address: .v4(NodeNetworkPlan.podAddress), port: port))
        let receiver = try DedicatedThread.start(name: "arrivals") { [pod = network.pod] in
            try? withNetworkNamespace(pod) { try Self.receive(at: target, state) }
        }
        let sender = try DedicatedThread.start(name: "datagrams") { [client = network.client] in
            try? withNetworkNamespace(client) { try Self.send(to: target, state) }
        }
        threads = [receiver, sender]
    }

    private static func receive(at target: IPEndpoint, _ state: State) throws {
        let socket = try InternetSocket(.udp, family: .ipv4)
        try socket.bind(to: target)
        state.isListening.store(true, ordering: .releasing)
        while !state.hasEnded.load(ordering: .acquiring) {
            guard (try? socket.receive(timeout: 50)) != nil else { continue }
            let now = MonotonicTime.now.nanoseconds
            state.last.store(now, ordering: .releasing)
            _ = state.first.compareExchange(expected: 0, desired: now, ordering: .acquiringAndReleasing)
        }
    }

    private static func send(to target: IPEndpoint, _ state: State) throws {
        let socket = try InternetSocket(.udp, family: .ipv4)
        while !state.hasEnded.load(ordering: .acquiring) {
            if state.isListening.load(ordering: .acquiring) { try? socket.send([0], to: target) }
            usleep(100)
        }
    }

    /// Ends it.
    func stop() {
        state.hasEnded.store(true, ordering: .releasing)
        for thread in threads { thread.join() }
    }

    /// Waits until none has arrived for some time; returns when the last one arrived, in nanoseconds.
    func waitForQuiet(_ quiet: Duration, _ process: PeerProcess) async throws -> Int64 {
        let state = state
        try await process.wait(.seconds(60), for: "end of datagrams", every: .milliseconds(2)) {
            .nanoseconds(MonotonicTime.now.nanoseconds - state.last.load(ordering: .acquiring)) > quiet
        }
        return state.last.load(ordering: .acquiring)
    }

    /// Lets the next datagram that arrives be the first one.
    func forgetArrivals() { state.first.store(0, ordering: .releasing) }

    /// Waits until one arrives; returns when the first one did, in nanoseconds.
    func waitForArrival(_ process: PeerProcess) async throws -> Int64 {
        let state = state
        try await process.wait(.seconds(60), for: "datagram of the client", every: .milliseconds(1)) {
            state.first.load(ordering: .acquiring) != 0
        }
        return state.first.load(ordering: .acquiring)
    }
}
