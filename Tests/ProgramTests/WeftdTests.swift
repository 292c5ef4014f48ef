import ClusterTesting
import LinuxSystem
import LinuxSystemTesting
import NFTablesInspect
import Testing

/// The weftd program on a node of a throwaway cluster: what stays when it ends, and what `weftd cleanup` removes.
@Suite(.serialized)
struct WeftdTests {
    @Test func sigtermLeavesRulesAndRoutesAndCleanupRemovesThem() async throws {
        let layout = ClusterLayout(name: "testweftd", nodeCount: 2)
        let programs = try Programs.besideThisOne()
        let cluster = try ThrowawayCluster(layout, programs: programs)
        do {
            try await cluster.makeUnderlay()
            try await cluster.startStore()
            try await cluster.registerNodes()
            let node = await cluster.nodes[0]
            try await cluster.startDaemon(on: node)
            try await proveEnd(of: node, in: cluster, programs)
        } catch {
            try await cluster.remove()
            throw error
        }
        try await cluster.remove()
        #expect(try Leftovers.find(of: layout).isEmpty)
    }

    private func proveEnd(of node: ClusterNode, in cluster: ThrowawayCluster, _ programs: Programs) async throws {
        let before = try await dumpWhenComplete(of: node, in: cluster)
        let namespace = try NetworkNamespace.open(named: node.namespace)
        try await cluster.stopDaemon(on: node, grace: .seconds(10))
        let after = try cluster.run(on: node) { try RulesetReader.canonicalDump() }
        #expect(after == before)
        let routes = try Witness.run("ip", ["route", "show", "proto", "87"], in: namespace)
        #expect(routes.contains("10.244.1.0/24 via 192.0.2.12"))

        let cleanup = ProcessCommand(
            programs.weftd,
            ["cleanup", "--subnet-file", "", "--cni-conf-dir", ""],
            networkNamespace: namespace,
            standardOutput: .captured,
            standardError: .captured
        )
        let removed = try ChildProcess.runSuccessfully(cleanup, until: .after(.seconds(30))).text
        for line in ["table ip weft", "table ip6 weft", "10.244.1.0/24"] { #expect(removed.contains(line)) }
        let left = try cluster.run(on: node) { try RulesetReader.canonicalDump() }
        #expect(left.isEmpty)
        let noRoutes = try Witness.run("ip", ["route", "show", "proto", "87"], in: namespace)
        #expect(noRoutes.isEmpty)
        let again = try ChildProcess.runSuccessfully(cleanup, until: .after(.seconds(30))).text
        #expect(again == "nothing of weftd's was there\n")
    }

    /// Services and policies are written by two loops: that one is ready says nothing of the other.
    private func dumpWhenComplete(of node: ClusterNode, in cluster: ThrowawayCluster) async throws -> String {
        let deadline = Deadline.after(.seconds(30))
        while true {
            let dump = try cluster.run(on: node) { try RulesetReader.canonicalDump() }
            let isComplete = ["ip weft ", "ip6 weft ", "ip weft-policy ", "ip6 weft-policy "].allSatisfy { name in
                dump.contains("table \(name)")
            }
            if isComplete { return dump }
            try #require(!deadline.hasPassed, "\(dump)")
            try await Task.sleep(for: .milliseconds(20))
        }
    }
}
