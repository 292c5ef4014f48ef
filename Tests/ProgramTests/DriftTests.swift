import ClusterTesting
import ControlStoreClient
import JSONTree
import LinuxSystem
import LinuxSystemTesting
import NFTablesInspect
import NetworkTypes
import Testing
import TrafficTesting

/// What others do to the rules of a running weftd is put right soon, counted, and told in an Event of the Node.
@Suite(.serialized, .enabled(if: Witness.has("iptables-nft-save")))
struct DriftTests {
    /// Commands by mode; CLUSTERIP is the Service's.
    private static let damages: KeyValuePairs = [
        "iptables": [
            "iptables-nft -t nat -F KUBE-SERVICES",
            "iptables-nft -t nat -D \(KubeProxyStandIn.serviceChain) 2",
            "iptables-nft -t nat -D PREROUTING 1",
            "iptables-nft -t nat -I KUBE-SERVICES 1 -j RETURN",
            "iptables-nft -F KUBE-FORWARD",
            "ip6tables-nft -t nat -F KUBE-POSTROUTING",
            "iptables-nft -t nat -F",
            "nft flush ruleset",
        ],
        "nftables": [
            "nft flush chain ip weft services", "nft delete table ip weft", "nft flush table ip weft-policy",
            "nft delete table ip6 weft-policy", "nft flush ruleset",
        ],
        "ipvs": [
            "ipvsadm -D -t CLUSTERIP:80", "ipvsadm -d -u CLUSTERIP:80 -r 10.244.0.2:8080", "ipvsadm -C",
            "ip route del local CLUSTERIP table local", "nft flush table ip weft-ipvs",
        ],
    ]

    /// Modes that this kernel can do; ipvs in the virtual machine.
    private static let modes = ["iptables", "nftables"] + (File.exists("/proc/net/ip_vs") ? ["ipvs"] : [])

    @Test(arguments: modes)
    func whatOthersDoIsMendedCountedAndTold(mode: String) async throws {
        try await NodeCluster.with("testdrift") { cluster, node in
            var settings = cluster.settings
            (settings.mode, settings.network) = (mode, "none")
            try await cluster.startDaemon(on: node, settings)
            let target = try await cluster.clusterIP(of: "one").endpoint(80)
            let before = try content(cluster, node)
            #expect(before.contains { $0.hasPrefix("table ") })
            #expect(try await repairs(cluster, node) == Repairs(metric: 0, events: 0))
            for damage in Self.damages.first(where: { $0.key == mode })?.value ?? [] {
                let counted = try await repairs(cluster, node)
                let words = damage.replacing("CLUSTERIP", with: "\(target.address)").split(separator: " ")
                    .map(String.init)
                try Witness.run(words[0], Array(words.dropFirst()), in: .open(named: node.namespace))
                try await NodeCluster.eventually("\(damage) is counted and told") {
                    let now = try await repairs(cluster, node)
                    return now.metric > counted.metric && now.events > counted.events
                }
                try await expect(before, after: damage, cluster, node)
                for _ in 0..<4 {
                    let answer = try cluster.ask(Probe(.tcp, target, timeout: 5000), from: node)
                    #expect(["one", "two"].contains(answer.server), "\(damage)")
                }
            }
        }
    }

    private func expect(
        _ before: [String],
        after damage: String,
        _ cluster: ThrowawayCluster,
        _ node: ClusterNode
    ) async throws {
        do {
            try await NodeCluster.eventually("all is as before \(damage)") { try content(cluster, node) == before }
        } catch let error as ClusterError {
            let now = try content(cluster, node)
            let (lost, new) = (Set(before).subtracting(now), Set(now).subtracting(before))
            throw ClusterError("\(error); without \(lost.sorted()), with \(new.sorted())")
        }
    }

    /// How often weftd says that it mended something.
    private struct Repairs: Hashable {
        var metric: Int
        var events: Int
    }

    private func repairs(_ cluster: ThrowawayCluster, _ node: ClusterNode) async throws -> Repairs {
        let page = try cluster.run(on: node) {
            try HTTPProbe(IPAddress.loopback(.ipv4).endpoint(10249), path: "/metrics").get().body
        }
        let lines = page.split(separator: "\n").filter { $0.contains("_drift_repairs_total{") }
        try #require(!lines.isEmpty)
        let counts = lines.compactMap { $0.split(separator: " ").last.flatMap { Int($0) ?? Double($0).map(Int.init) } }
        let list = try await cluster.api.send(APIRequest(.get, "/api/v1/events"))
        let reasons = ["ServiceRulesChanged", "PolicyRulesChanged"]
        let events = (list["items"]?.arrayValue ?? []).filter { reasons.contains($0["reason"]?.stringValue ?? "") }
        for event in events {
            #expect(event["type"]?.stringValue == "Warning")
            #expect(event[path: "involvedObject", "name"]?.stringValue == node.name)
        }
        return Repairs(metric: counts.reduce(0, +), events: events.reduce(0) { $0 + ($1["count"]?.intValue ?? 1) })
    }

    /// Everything that the mode wrote: rules, as they are, and in mode ipvs virtual servers and the routes to them.
    private func content(_ cluster: ThrowawayCluster, _ node: ClusterNode) throws -> [String] {
        let namespace = try NetworkNamespace.open(named: node.namespace)
        let rules = try cluster.run(on: node) { try RulesetReader.canonicalDump() }
        let listing = try NodeListing(namespace).chains.map { "\($0.key): \($0.value)" }.sorted()
        let routes = try Witness.run("ip", ["route", "show", "table", "local", "proto", "88"], in: namespace)
        let servers =
            File.exists("/proc/net/ip_vs") ? try Witness.run("ipvsadm", ["-S", "-n"], in: namespace) : ""
        let lines = rules.replacing(#/counter pkts \d+ bytes \d+/#, with: "counter").split(separator: "\n")
        return lines.map(String.init) + listing
            + servers.split(separator: "\n").map(String.init).sorted() + [routes]
    }
}
