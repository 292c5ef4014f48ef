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
    /// Modes that this kernel can do; ipvs in the virtual machine.
    private static let modes = ["iptables", "nftables"] + (File.exists("/proc/net/ip_vs") ? ["ipvs"] : [])

    @Test func aNodeChangesItsModeAndLeavesNothingOfTheOther() async throws {
        try await withCluster("testmodes") { cluster, node in
            try await start(cluster, node, mode: Self.modes[0], network: "host-gw")
            try await cluster.startPod("one", on: node, labels: ["app": "one"])
            try await cluster.createService("one", selector: ["app": "one"])
            try await answers(cluster, node)
            var first: [String: String] = [:]
            for mode in Self.modes + Self.modes.reversed() {
                try await restart(cluster, node, mode: mode, network: "host-gw")
                let content = try await settled(cluster, node, mode)
                #expect(content == first[mode, default: content], "\(mode)")
                first[mode] = content
                try await answers(cluster, node)
            }
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

    @Test(arguments: zip(modes, ["host-gw", "vxlan", "vxlan"]))
    func cleanupRemovesAllOfAModeAndNetwork(mode: String, network: String) async throws {
        try await withCluster("testcleanup") { cluster, node in
            try await start(cluster, node, mode: mode, network: network)
            // With an endpoint: there is no virtual server without one.
            try await cluster.startPod("one", on: node, labels: ["app": "one"])
            try await cluster.createService("one", selector: ["app": "one"])
            _ = try await settled(cluster, node, mode)
            try await cluster.stopDaemon(on: node, grace: .seconds(10))
            let removed = try cleanup(node)
            let object = [
                "iptables": "chain ip nat KUBE-SERVICES", "nftables": "table ip weft", "ipvs": "table ip weft-ipvs",
            ]
            #expect(removed.contains("removed \(object[mode, default: mode])\n"))
            #expect(removed.contains(network == "vxlan" ? "removed link flannel.1" : "removed route 10.244.1.0/24"))
            #expect(try content(cluster, node) == "")
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

    /// What the node's kernel holds, as soon as it is that of the mode and of no other.
    private func settled(_ cluster: ThrowawayCluster, _ node: ClusterNode, _ mode: String) async throws -> String {
        let own = mode == "iptables" ? ["filter", "nat"] : mode == "ipvs" ? ["weft-ipvs"] : ["weft"]
        let tables = Set(own + ["weft-policy"])
        try await eventually("the tables of mode \(mode), and no others") {
            let lines = try content(cluster, node).split(separator: "\n")
            let names = lines.filter { $0.hasPrefix("table ") }.map { String($0.split(separator: " ")[2]) }
            return Set(names) == tables && lines.contains { $0.hasPrefix("virtual ") } == (mode == "ipvs")
        }
        return try content(cluster, node)
    }

    /// Rules without counters, virtual servers, and the local routes to them.
    private func content(_ cluster: ThrowawayCluster, _ node: ClusterNode) throws -> String {
        let routes = try Witness.run(
            "ip",
            ["route", "show", "table", "local", "proto", "88"],
            in: .open(named: node.namespace)
        )
        let (rules, servers) = try cluster.run(on: node) {
            (try RulesetReader.canonicalDump(), (try? File.readText("/proc/thread-self/net/ip_vs")) ?? "")
        }
        let virtual = servers.split(separator: "\n").filter { $0.hasPrefix("TCP") || $0.hasPrefix("UDP") }
        let counted = rules.replacing(#/counter pkts \d+ bytes \d+/#, with: "counter")
        return ([counted] + virtual.map { "virtual \($0)" }.sorted() + [routes]).filter { !$0.isEmpty }
            .joined(separator: "\n")
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
                ["cleanup", "--subnet-file", "", "--cni-conf-dir", ""],
                networkNamespace: .open(named: node.namespace),
                standardOutput: .captured,
                standardError: .captured
            ),
            until: .after(Patience.duration(.seconds(30)))
        ).text
    }
}
