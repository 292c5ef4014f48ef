public import BenchRunner
import BenchScenarios
import LinuxSystem
import NetworkTypes

/// How soon packets feel NetworkPolicies on a node: weftd as a process before weft-store, and a client's datagrams.
///
/// Times are those of the packets: the first one that arrives in the pod, or the last one, after the store's answer.
public final class PolicyNodeScenario: BenchScenario {
    /// `policy-node`.
    public let name = "policy-node"
    /// What it asks.
    public let question =
        "How soon do packets feel policies after weftd's start and after the store's answer, and what memory does it take?"
    /// Policies, pods of the cluster, pods of the node.
    public let parameters: [BenchParameter]
    /// There is one engine.
    public let variants = [BenchVariant("nftables")]
    /// There is one engine.
    public let baseline = "nftables"
    /// A start of processes and some hundred changes.
    public let expectedWork = 400_000.0

    private let cluster: PolicyCluster
    private let changeCount: Int
    private var store: PeerStore?

    /// A scenario of one size.
    ///
    /// - Parameters:
    ///   - policies: how many policies there are in the cluster.
    ///   - pods: how many pods there are in the cluster.
    ///   - local: how many of the pods are on the node.
    ///   - changes: how many changes of each kind a round makes.
    public init(policies: Int, pods: Int, local: Int, changes: Int = 100) {
        parameters = [
            BenchParameter("policies", policies), BenchParameter("pods", pods), BenchParameter("local", local),
        ]
        cluster = PolicyCluster(policies: policies, pods: pods, local: local)
        changeCount = changes
    }

    /// Makes the store's folder.
    public func setUp(_ variant: BenchVariant) throws {
        if store == nil { store = try PeerStore(SyntheticCluster(services: 10, endpoints: 2), policies: cluster) }
    }

    /// Starts store and weftd, waits until the client's datagrams end, and lets them through and ends them by turns.
    public func measure(_ variant: BenchVariant, round: Int) async throws -> [BenchMeasurement] {
        guard let store else { return [] }
        let server = try await store.start(in: try PeerStore.nodeNamespace())
        let network = try NodeNetworkPlan()
        guard let port = Port(PolicyCluster.probePort) else { return [] }
        let stream = try DatagramStream(network, port: port)
        defer { stream.stop() }
        try await Task.sleep(for: .milliseconds(500))
        let start = MonotonicTime.now
        let process = try PeerProcess(
            "weftd",
            PeerProgram.weftd().path,
            PeerProgram.weftdArguments(mode: "nftables", server: "unix:\(store.directory)/store.sock"),
            in: network.node,
            log: "\(store.directory)/weftd.log"
        )
        let enforced = try await stream.waitForQuiet(.milliseconds(500), process)
        guard enforced > start.nanoseconds else { throw BenchError("no datagram arrived before there were policies") }
        var results = [
            BenchMeasurement(
                "start to enforced",
                [Double(enforced - start.nanoseconds)],
                processorTime: try process.processorTime()
            )
        ]
        results += try await follow(process, stream, PolicyChanges(client: store.client))
        let memory = try process.memory()
        results += [
            BenchMeasurement("resident memory", [memory.resident], unit: .bytes),
            BenchMeasurement("most memory ever", [memory.most], unit: .bytes),
        ]
        try process.stop()
        try server.stop()
        return results
    }

    /// Removes the store's folder.
    public func tearDown() async {
        await store?.remove()
        store = nil
    }

    /// Opens and closes, by the client's label and by the policy's port.
    private func follow(_ process: PeerProcess, _ stream: DatagramStream, _ changes: PolicyChanges) async throws
        -> [BenchMeasurement]
    {
        let label = try await openAndClose("label", process, stream) { try await changes.setClient(isFriend: $0) }
        try await changes.setPolicy(isOpen: false)
        try await changes.setClient(isFriend: true)
        try await Task.sleep(for: .milliseconds(500))
        let policy = try await openAndClose("policy", process, stream) { try await changes.setPolicy(isOpen: $0) }
        // As the next round expects it.
        try await changes.setClient(isFriend: false)
        try await changes.setPolicy(isOpen: true)
        return label + policy
    }

    private func openAndClose(
        _ what: String,
        _ process: PeerProcess,
        _ stream: DatagramStream,
        _ change: (Bool) async throws -> Void
    ) async throws -> [BenchMeasurement] {
        var (opening, closing): ([Double], [Double]) = ([], [])
        let before = try process.exactProcessorTime()
        for _ in 0..<changeCount {
            stream.forgetArrivals()
            try await change(true)
            opening.append(Self.time(from: .now, to: try await stream.waitForArrival(process)))
            try await Task.sleep(for: .milliseconds(20))
            try await change(false)
            closing.append(Self.time(from: .now, to: try await stream.waitForQuiet(.milliseconds(40), process)))
        }
        let processor = (try process.exactProcessorTime() - before) / Double(2 * changeCount)
        return [
            BenchMeasurement("a \(what) lets in, from acknowledgement", opening, processorTime: processor),
            BenchMeasurement("a \(what) shuts out, from acknowledgement", closing, processorTime: processor),
        ]
    }

    /// The store's answer may be later than the packets' change: that is no time at all.
    private static func time(from start: MonotonicTime, to end: Int64) -> Double {
        Double(max(0, end - start.nanoseconds))
    }
}
