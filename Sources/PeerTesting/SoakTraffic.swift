import BenchScenarios
import Glibc
import LinuxSystem
import NetworkTypes
import Synchronization
import TrafficTesting

/// Connections through some Services that are held and keep asking, and new ones, while something happens to the node.
final class SoakTraffic {
    private final class State: Sendable {
        let isListening = Atomic(false)
        let isRunning = Atomic(false)
        let hasEnded = Atomic(false)
        let isServed = Atomic(true)
        let report = Mutex(SteadyTraffic.Report())
    }

    private let state = State()
    private let network: NodeNetworkPlan
    private var server: DedicatedThread?
    private var client: DedicatedThread?

    init(_ network: NodeNetworkPlan) { self.network = network }

    /// Begins to serve in the pod's namespace.
    func serve() throws {
        server = try DedicatedThread.start(name: "soak-server") { [state, pod = network.pod] in
            try? withNetworkNamespace(pod) {
                let server = try NameServer(
                    name: "pod",
                    port: SyntheticCluster.targetPort,
                    transports: [.tcp]
                )
                state.isListening.store(true, ordering: .releasing)
                server.run { !state.isServed.load(ordering: .acquiring) }
            }
        }
        try Self.wait("the server does not listen") { [state] in state.isListening.load(ordering: .acquiring) }
    }

    /// Begins to ask in the client's namespace, and returns when the held connections are made.
    func begin(_ targets: [IPEndpoint], connectionsEach: Int) throws {
        client = try DedicatedThread.start(name: "soak-client") { [state, namespace = network.client] in
            try? withNetworkNamespace(namespace) {
                let report = SteadyTraffic(targets: targets, connectionsEach: connectionsEach)
                    .run(ready: { state.isRunning.store(true, ordering: .releasing) }) {
                        // Some hundred questions a second, not all that the processors can do.
                        usleep(20_000)
                        return state.hasEnded.load(ordering: .acquiring)
                    }
                state.report.withLock { $0 = report }
            }
        }
        try Self.wait("no connection is made") { [state] in state.isRunning.load(ordering: .acquiring) }
    }

    /// Ends it, and tells what became of it.
    func end() -> SteadyTraffic.Report {
        state.hasEnded.store(true, ordering: .releasing)
        client?.join()
        // Not before: whom it has not answered yet would count as lost.
        state.isServed.store(false, ordering: .releasing)
        server?.join()
        return state.report.withLock { $0 }
    }

    private static func wait(_ failure: String, until isSo: () -> Bool) throws {
        let deadline = Deadline.after(.seconds(20))
        while !isSo() {
            guard !deadline.hasPassed else { throw LinuxSystemError(.timedOut, "begin traffic", "", detail: failure) }
            usleep(1000)
        }
    }
}
