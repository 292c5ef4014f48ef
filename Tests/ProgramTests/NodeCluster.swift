import ClusterTesting
import LinuxSystem
import TrafficTesting

/// Helps tests of one node: a throwaway cluster that is gone afterwards, and conditions that come true.
enum NodeCluster {
    /// Runs a test in a cluster of one node with a store and two pods behind the Service default/one, and no weftd.
    static func with(
        _ name: String,
        type: String = "NodePort",
        _ body: (ThrowawayCluster, ClusterNode) async throws -> Void
    ) async throws {
        // Two runs of the tests on one machine would take each other's namespaces.
        let lock = try FileLock.acquire("/tmp/weft-\(name).lock", until: .after(Patience.duration(.seconds(300))))
        let layout = ClusterLayout(name: name, nodeCount: 1)
        let cluster = try ThrowawayCluster(layout, programs: .besideThisOne())
        do {
            try await cluster.makeUnderlay()
            try await cluster.startStore()
            try await cluster.registerNodes()
            let node = await cluster.nodes[0]
            for pod in ["one", "two"] { try await cluster.startPod(pod, on: node, labels: ["app": "one"]) }
            try await cluster.createService("one", type: type, selector: ["app": "one"])
            try await body(cluster, node)
        } catch {
            try await cluster.remove()
            throw error
        }
        try await cluster.remove()
        let left = try Leftovers.find(of: layout)
        extendLifetime(lock)
        if !left.isEmpty { throw ClusterError("left behind: \(left)") }
    }

    /// Waits until something is so, for a long time.
    static func eventually(_ what: String, _ isSo: () async throws -> Bool) async throws {
        let deadline = Deadline.after(Patience.duration(.seconds(60)))
        while try await !isSo() {
            if deadline.hasPassed { throw ClusterError("not in time: \(what)") }
            try await Task.sleep(for: .milliseconds(20))
        }
    }
}
