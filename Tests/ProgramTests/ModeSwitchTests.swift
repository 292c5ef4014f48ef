import ClusterTesting
import LinuxSystem
import LinuxSystemTesting
import NFTablesInspect
import NetworkTypes
import Testing
import TrafficTesting

/// A node whose weftd is started again in another mode, or over another network: nothing of the former stays, and
/// `weftd cleanup` removes all of the present one.
@Suite(.serialized)
struct ModeSwitchTests {
    @Test func aNodeChangesItsModeAndLeavesNothingOfTheOther() async throws {
        try await withCluster("testmodes") { cluster, node in
            try await start(cluster, node, mode: "iptables", network: "host-gw")
            try await cluster.startPod("one", on: node, labels: ["app": "one"])
            try await cluster.createService("one", selector: ["app": "one"])
            let first = try await settled(cluster, node) { $0.contains("KUBE-SVC-") && !$0.contains("table ip weft") }
            try await answers(cluster, node)
            try await restart(cluster, node, mode: "nftables", network: "host-gw")
            let second = try await settled(cluster, node) { !$0.contains("KUBE-") && !$0.contains("WEFT-") }
            #expect(second.contains("table ip weft"))
            try await answers(cluster, node)
            try await restart(cluster, node, mode: "iptables", network: "host-gw")
            let third = try await settled(cluster, node) {
                !$0.contains("table ip weft") && !$0.contains("table ip6 weft")
            }
            #expect(third == first)
            try await answers(cluster, node)
            #expect(try log(cluster, node).contains("removed what another mode left"))
        }
    }

    @Test func aNodeChangesItsNetworkAndLeavesNothingOfTheOther() async throws {
        try await withCluster("testnets") { cluster, node in
            try await start(cluster, node, mode: "nftables", network: "vxlan")
            #expect(try cluster.run(on: node) { try LinkCounters.read("flannel.1") } != nil)
            try await restart(cluster, node, mode: "nftables", network: "host-gw")
            try await eventually("flannel.1 is gone") {
                try cluster.run(on: node) { try LinkCounters.read("flannel.1") } == nil
            }
            try await eventually("the host-gw route is there") {
                try ownRoutes(of: node).contains("10.244.1.0/24 via 192.0.2.12 dev eth0")
            }
            try await restart(cluster, node, mode: "nftables", network: "vxlan")
            try await eventually("flannel.1 is back") {
                try cluster.run(on: node) { try LinkCounters.read("flannel.1") } != nil
            }
            try await eventually("the host-gw route is gone") { try !ownRoutes(of: node).contains("dev eth0") }
        }
    }

    @Test(arguments: [("nftables", "vxlan"), ("iptables", "host-gw")])
    func cleanupRemovesAllOfAModeAndNetwork(mode: String, network: String) async throws {
        try await withCluster("testcleanup") { cluster, node in
            try await start(cluster, node, mode: mode, network: network)
            try await cluster.stopDaemon(on: node, grace: .seconds(10))
            let removed = try cleanup(node)
            #expect(
                removed.contains(mode == "iptables" ? "removed chain ip nat KUBE-SERVICES" : "removed table ip weft")
            )
            #expect(removed.contains(network == "vxlan" ? "removed link flannel.1" : "removed route 10.244.1.0/24"))
            #expect(try cluster.run(on: node) { try RulesetReader.canonicalDump() } == "")
            #expect(try ownRoutes(of: node).isEmpty)
            #expect(try cluster.run(on: node) { try LinkCounters.read("flannel.1") } == nil)
            #expect(try cleanup(node) == "nothing of weftd's was there\n")
        }
    }

    // MARK: A cluster of two nodes

    private func withCluster(
        _ name: String,
        _ body: (ThrowawayCluster, ClusterNode) async throws -> Void
    ) async throws {
        let layout = ClusterLayout(name: name, nodeCount: 2)
        let cluster = try ThrowawayCluster(layout, programs: .besideThisOne())
        do {
            try await cluster.makeUnderlay()
            try await cluster.startStore()
            try await cluster.registerNodes()
            try await body(cluster, await cluster.nodes[0])
        } catch {
            try await cluster.remove()
            throw error
        }
        try await cluster.remove()
        #expect(try Leftovers.find(of: layout).isEmpty)
    }

    private func start(_ cluster: ThrowawayCluster, _ node: ClusterNode, mode: String, network: String) async throws {
        var settings = cluster.settings
        (settings.mode, settings.network) = (mode, network)
        try await cluster.startDaemon(on: node, settings)
    }

    private func restart(_ cluster: ThrowawayCluster, _ node: ClusterNode, mode: String, network: String) async throws {
        try await cluster.stopDaemon(on: node, grace: .seconds(10))
        try await start(cluster, node, mode: mode, network: network)
    }

    /// The rules without counters, as soon as they are as wanted.
    private func settled(
        _ cluster: ThrowawayCluster,
        _ node: ClusterNode,
        _ isWanted: (String) -> Bool
    ) async throws -> String {
        func rules() throws -> String {
            try cluster.run(on: node) { try RulesetReader.canonicalDump() }
                .replacing(#/counter pkts \d+ bytes \d+/#, with: "counter")
        }
        try await eventually("the rules of the mode, and no others") { isWanted(try rules()) }
        return try rules()
    }

    private func answers(_ cluster: ThrowawayCluster, _ node: ClusterNode) async throws {
        let target = try await cluster.clusterIP(of: "one").endpoint(80)
        try await eventually("the Service answers") {
            (try? cluster.ask(Probe(.tcp, target), from: node))?.server == "one"
        }
    }

    private func eventually(_ what: String, _ holds: () throws -> Bool) async throws {
        let deadline = Deadline.after(Patience.duration(.seconds(20)))
        while try !holds() {
            guard !deadline.hasPassed else {
                throw LinuxSystemError(code: .timeout, operation: "wait until", object: what)
            }
            try await Task.sleep(for: .milliseconds(20))
        }
    }

    private func ownRoutes(of node: ClusterNode) throws -> String {
        try Witness.run("ip", ["route", "show", "proto", "87"], in: .open(named: node.namespace))
    }

    private func log(_ cluster: ThrowawayCluster, _ node: ClusterNode) throws -> String {
        try File.readText(cluster.layout.log(of: "weftd-\(node.name)"))
    }

    private func cleanup(_ node: ClusterNode) throws -> String {
        try ChildProcess.runSuccessfully(
            ProcessCommand(
                try Programs.besideThisOne().weftd,
                ["cleanup"],
                networkNamespace: .open(named: node.namespace),
                standardOutput: .captured,
                standardError: .captured
            ),
            until: .after(Patience.duration(.seconds(30)))
        ).text
    }
}
