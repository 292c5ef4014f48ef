public import BenchScenarios
import LinuxSystem

/// The rules of two whole node proxies for the very same objects: weftd beside a real kube-proxy.
///
/// Beside the Services of a size there are some of each kind, so that everything that a proxy writes is there.
public struct PeerComparison: Sendable {
    private let programs: [PeerProgram]
    private let mode: String
    private let cluster: SyntheticCluster
    private let patience: Duration
    /// What it is about: "iptables, 100 services x 2 endpoints".
    public let title: String

    /// A comparison of one size.
    ///
    /// - Parameters:
    ///   - peer: the program that stands first.
    ///   - program: the program that is compared with it.
    ///   - mode: the mode of both.
    ///   - services: how many Services there are.
    ///   - endpoints: how many endpoints each of them has.
    ///   - patience: how long a program may take until all is in the kernel.
    public init(
        from peer: PeerProgram,
        to program: PeerProgram,
        mode: BenchMode,
        services: Int,
        endpoints: Int,
        patience: Duration = .seconds(180)
    ) {
        programs = [peer, program]
        self.mode = mode.rawValue
        cluster = SyntheticCluster(services: services, endpoints: endpoints)
        self.patience = patience
        title = "\(mode.rawValue), \(services) services x \(endpoints) endpoints"
    }

    /// Lets both program the objects, each in a namespace of its own, reads what they wrote, and ends them.
    ///
    /// - Returns: what differs.
    /// - Throws: `BenchError` with a program's last words when it wrote nothing; why the kernel could not be read.
    public func difference() async throws -> ListingDifference {
        let store = try PeerStore(cluster, features: FeatureCluster(node: PeerConfiguration.nodeName))
        do {
            let before = try await listing(of: programs[0], store)
            let after = try await listing(of: programs[1], store)
            await store.remove()
            return ListingDifference(from: before, to: after)
        } catch {
            await store.remove()
            throw error
        }
    }

    private func listing(of program: PeerProgram, _ store: PeerStore) async throws -> RuleListing {
        let namespace = try PeerStore.nodeNamespace()
        let server = try await store.start(in: namespace)
        let view = try KernelView(namespace, mode: mode)
        let process = try PeerProcess(
            program.name,
            program.path,
            try program.sameConfigurationArguments(mode: mode, directory: store.directory),
            in: namespace,
            log: "\(store.directory)/\(program.name).log"
        )
        _ = try await process.waitForServices(cluster.serviceCount, view, patience, since: .now)
        try await settle(process, view)
        let listing = try RuleListing.read(owner: program.name, mode: mode, in: namespace)
        try process.stop()
        try server.stop()
        return listing
    }

    /// Waits until nothing was written for a second: the other family's rules may come later.
    private func settle(_ process: PeerProcess, _ view: KernelView) async throws {
        // Virtual servers have no generation to look at.
        guard mode != "ipvs" else { return try await Task.sleep(for: .seconds(2)) }
        var seen = try view.stamp()
        var since = MonotonicTime.now
        try await process.wait(patience, for: "second without a write", every: .milliseconds(50)) {
            let stamp = try view.stamp()
            if stamp != seen { (seen, since) = (stamp, .now) }
            return MonotonicTime.now.nanoseconds - since.nanoseconds > 1_000_000_000
        }
    }
}
