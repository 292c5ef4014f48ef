import ClusterTesting
import LinuxSystem
import LinuxSystemTesting
import NetworkTypes
import Testing
import TrafficTesting

/// A node on which kube-proxy served changes to weftd with kubeadm's configuration file, and back, as docs/kube-proxy.md
/// describes it: connections that stand are not lost, and new ones only where it says so.
@Suite(.serialized, .enabled(if: Witness.has("iptables-nft-restore")))
struct TakeoverTests {
    /// A mode of kube-proxy's and one of weftd's.
    struct Modes: Sendable, CustomTestStringConvertible {
        var proxy: KubeProxyStandIn.Mode
        var daemon: String
        var testDescription: String { "\(proxy.rawValue) to \(daemon)" }

        /// Where the kernel has IPVS, what it takes part in; else all others.
        static let all: [Modes] = {
            let pairs = KubeProxyStandIn.Mode.allCases.flatMap { proxy in
                ["iptables", "nftables", "ipvs"].map { Modes(proxy: proxy, daemon: $0) }
            }
            return pairs.filter { ($0.proxy == .ipvs || $0.daemon == "ipvs") == KernelFeature.ipvs.isAvailable }
        }()
    }

    @Test(arguments: Modes.all)
    func aNodeIsTakenOverAndGivenBackUnderTraffic(modes: Modes) async throws {
        let (proxy, mode) = (modes.proxy, modes.daemon)
        try await withKubeProxy(proxy) { cluster, node, standIn in
            let others = try NodeListing(node)
            try standIn.write(in: node)
            let before = try NodeListing(node)
            let rules = try handles(proxy, node)
            let traffic = try await TakeoverTraffic(cluster, standIn)
            try await traffic.goesOn()

            try await cluster.startDaemon(on: await cluster.nodes[0], try settings(cluster, mode, takesOver: true))
            try await NodeCluster.eventually("what only kube-proxy has is gone") {
                let now = try NodeListing(node)
                guard proxy != .ipvs || !now.servers.contains(where: { $0.contains(KubeProxyStandIn.staleServer) })
                else { return false }
                return !now.tables.contains("ip kube-proxy") && !now.tables.contains("ip6 kube-proxy")
                    && !now.chains.keys.contains { $0.hasSuffix("KUBE-PROXY-CANARY") || $0.hasSuffix(Self.stale) }
            }
            let taken = try NodeListing(node)
            try expectTakenOver(taken, others: others, mode)
            if proxy == .iptables, mode == "iptables" { #expect(try handles(proxy, node) == rules) }
            try await traffic.goesOn()
            traffic.expectNoQuestionLost()

            // Virtual servers end with the clean-up, and their connections: another mode serves until they are idle.
            if mode == "ipvs", proxy != .ipvs {
                try await leaveBalancing(cluster, node)
                try await traffic.goesOn()
            }
            // The way back: whoever writes chains of the same names comes after the clean-up, anybody else before.
            let hasGap = proxy != .nftables && mode == "iptables"
            try await cluster.stopDaemon(on: await cluster.nodes[0], grace: .seconds(30))
            if !hasGap { try standIn.write(in: node) }
            #expect(try cleanup(node).contains("removed "))
            if hasGap { try standIn.write(in: node) }
            let difference = try NodeListing(node).difference(from: before)
            #expect(difference == [])
            let text = try NodeListing(node).text.lowercased()
            #expect(!text.contains("weft"), "\(text)")
            try await traffic.goesOn()
            traffic.finish(newOnesMayFail: hasGap)
            #expect(try cleanup(node) == "nothing of weftd's was there\n")
        }
    }

    /// What leads connections goes when these have ended, while later ones go on.
    @Test(.enabled(if: KernelFeature.ipvs.isAvailable), arguments: ["iptables", "nftables", "ipvs"])
    func virtualServersGoWhenTheyAreIdle(mode: String) async throws {
        try await withKubeProxy(.ipvs) { cluster, node, standIn in
            try standIn.write(in: node)
            let traffic = try await TakeoverTraffic(cluster, standIn)
            try await cluster.startDaemon(on: await cluster.nodes[0], try settings(cluster, mode, takesOver: true))
            try await traffic.goesOn()
            traffic.finish(newOnesMayFail: false)
            // Connections that come meanwhile are none of theirs.
            let again = try await TakeoverTraffic(cluster, standIn)
            try await NodeCluster.eventually("kube-proxy's virtual servers, link and sets are gone") {
                let now = try NodeListing(node)
                let isTaken = mode == "ipvs" && !now.servers.isEmpty
                return (isTaken || now.servers.isEmpty) && now.sets.isEmpty
                    && !now.servers.contains { $0.contains("\(standIn.node):") }
            }
            #expect(!(try Witness.run("ip", ["link"], in: node).contains("kube-ipvs0")))
            try await again.goesOn()
            again.finish(newOnesMayFail: false)
        }
    }

    @Test(arguments: Modes.all)
    func withoutTakeoverItStaysAndOneLineTellsSo(modes: Modes) async throws {
        let (proxy, mode) = (modes.proxy, modes.daemon)
        try await withKubeProxy(proxy) { cluster, node, standIn in
            try standIn.write(in: node)
            let before = try NodeListing(node)
            let table = proxy == .nftables ? try NodeListing.lines(of: "ip kube-proxy", in: node) : []
            let traffic = try await TakeoverTraffic(cluster, standIn)
            try await cluster.startDaemon(on: await cluster.nodes[0], try settings(cluster, mode, takesOver: false))
            let log = cluster.layout.log(of: "weftd-node1")
            func lines() throws -> [Substring] {
                try File.readText(log).split(separator: "\n").filter { $0.contains("kube-proxy left") }
            }
            try await NodeCluster.eventually("weftd tells of kube-proxy") { try !lines().isEmpty }
            try await traffic.goesOn()
            traffic.finish(newOnesMayFail: false)
            let now = try NodeListing(node)
            switch (proxy, mode) {
            case (.iptables, "iptables"):
                // Its chains are those of the mode, and only the canaries are nobody else's.
                for table in ["ip mangle", "ip nat", "ip filter", "ip6 nat"] {
                    #expect(now.chains["\(table) KUBE-PROXY-CANARY"] != nil, "\(table)")
                }
            case (.iptables, _): #expect(now.chains == before.chains)
            case (.nftables, _): #expect(try NodeListing.lines(of: "ip kube-proxy", in: node) == table)
            case (.ipvs, _):
                #expect(now.sets == before.sets)
                #expect(mode == "ipvs" || now.servers == before.servers)
                #expect(try Witness.run("ip", ["link"], in: node).contains("kube-ipvs0"))
            }
            let told = try lines()
            #expect(told.count == 1, "\(told)")
            #expect(told.first?.contains("--takeover") == true)
            let objects: [KubeProxyStandIn.Mode: String] = [
                .nftables: "table ip kube-proxy", .iptables: "in table ip nat", .ipvs: "virtual servers on kube-ipvs0",
            ]
            let object = try #require(objects[proxy])
            #expect(told.first?.contains(object) == true, "\(told)")
        }
    }

    // MARK: What is expected

    private static let stale = KubeProxyStandIn.staleChain

    /// Others' rules stand where they did, and of the rest only those of weftd's mode.
    private func expectTakenOver(_ now: NodeListing, others: NodeListing, _ mode: String) throws {
        for (chain, rules) in others.chains {
            let left = (now.chains[chain] ?? []).filter { rules.contains($0) }
            #expect(left == rules && now.chains[chain] != nil, "\(chain)")
        }
        #expect(now.tables.contains("ip somebody"))
        if mode == "iptables" {
            #expect(now.chains["ip filter WEFT-CLUSTER-IPS"] != nil)
            #expect(now.chains["ip nat \(KubeProxyStandIn.serviceChain)"]?.isEmpty == false)
        } else {
            #expect(now.tables.contains(mode == "ipvs" ? "ip weft-ipvs" : "ip weft"))
            #expect(now.chains == others.chains)
        }
    }

    /// The rules of a chain of the Service with their numbers, which new ones would not have.
    private func handles(_ proxy: KubeProxyStandIn.Mode, _ node: NetworkNamespace) throws -> [Substring] {
        guard proxy == .iptables else { return [] }
        let chain = ["-a", "list", "chain", "ip", "nat", KubeProxyStandIn.serviceChain]
        let lines = try Witness.run("nft", chain, in: node).split(separator: "\n").filter { $0.contains("# handle") }
        #expect(lines.count == 4)
        return lines.map { $0[($0.lastIndex(of: "#") ?? $0.startIndex)...] }
    }

    /// Starts weftd in another mode, and waits until that leads all that is new.
    private func leaveBalancing(_ cluster: ThrowawayCluster, _ node: NetworkNamespace) async throws {
        try await cluster.stopDaemon(on: await cluster.nodes[0], grace: .seconds(30))
        try await cluster.startDaemon(on: await cluster.nodes[0], try settings(cluster, "nftables", takesOver: true))
        // Virtual servers may stay: where a client uses a port again, IPVS takes answers of the new connection for those
        // of the old one, and counts it as its own.
        try await NodeCluster.eventually("mode nftables serves alone") {
            let tables = try NodeListing(node).tables
            return tables.contains("ip weft") && !tables.contains("ip weft-ipvs")
        }
    }

    // MARK: The node

    private func withKubeProxy(
        _ proxy: KubeProxyStandIn.Mode,
        _ body: (ThrowawayCluster, NetworkNamespace, KubeProxyStandIn) async throws -> Void
    ) async throws {
        try await NodeCluster.with("testtake") { cluster, node in
            let addresses = await cluster.pods.map { "\($0.address)" }
            try #require(addresses == KubeProxyStandIn.endpoints)
            let standIn = KubeProxyStandIn(
                mode: proxy,
                node: node.address,
                clusterIP: try await cluster.clusterIP(of: "one"),
                nodePorts: [
                    "tcp": try await cluster.nodePort(of: "one", .tcp),
                    "udp": try await cluster.nodePort(of: "one", .udp),
                ]
            )
            let namespace = try NetworkNamespace.open(named: node.namespace)
            try OthersRules.write(in: namespace)
            // A connection whose end IPVS did not see is not to hold its virtual server for a quarter of an hour.
            if KernelFeature.ipvs.isAvailable {
                try Witness.run("ipvsadm", ["--set", "30", "15", "30"], in: namespace)
            }
            // A client that knows where the Services are, and is not to be taught better while nobody serves them. It
            // uses another address for these: of two connections from one port to one pod, by ClusterIP and by node port,
            // IPVS confuses the answers.
            try cluster.run(on: cluster.client) {
                for name in ["all", "eth0"] { try Sysctl.write("net.ipv4.conf.\(name).accept_redirects", "0") }
                let own = "192.0.2.200"
                try Witness.run("ip", "address", "add", "\(own)/24", "dev", "eth0")
                let route = ["route", "add", ClusterLayout.serviceCIDR, "via", "\(node.address)", "src", own]
                try Witness.run("ip", route)
            }
            try await body(cluster, namespace, standIn)
        }
    }

    private func settings(
        _ cluster: ThrowawayCluster,
        _ mode: String,
        takesOver: Bool
    ) throws -> ThrowawayCluster.Settings {
        let file = "\(cluster.layout.directory)/config.conf"
        try File.write(KubeadmConfiguration.text.utf8, to: file)
        var settings = ThrowawayCluster.Settings()
        // A file without a mode means iptables.
        settings.mode = mode == "iptables" ? "" : mode
        (settings.configuration, settings.takesOver, settings.network) = (file, takesOver, "none")
        return settings
    }

    private func cleanup(_ node: NetworkNamespace) throws -> String {
        let command = ProcessCommand(
            try Programs.besideThisOne().weftd,
            ["--cleanup", "--subnet-file", "", "--cni-conf-dir", ""],
            networkNamespace: node
        )
        return try ChildProcess.runSuccessfully(command, until: .after(Patience.duration(.seconds(60)))).text
    }
}

/// What stays whoever comes: the kubelet's chains, and rules that somebody wrote.
private enum OthersRules {
    private static let kubelet = """
        *mangle
        :KUBE-IPTABLES-HINT - [0:0]
        :KUBE-KUBELET-CANARY - [0:0]
        COMMIT
        *nat
        :KUBE-KUBELET-CANARY - [0:0]
        COMMIT
        *filter
        :KUBE-FIREWALL - [0:0]
        :KUBE-KUBELET-CANARY - [0:0]
        -A INPUT -j KUBE-FIREWALL
        -A OUTPUT -j KUBE-FIREWALL
        COMMIT

        """

    private static let somebodys = """
        *nat
        -A POSTROUTING -s 172.31.0.0/16 -j MASQUERADE
        COMMIT
        *filter
        :SOMEBODYS - [0:0]
        -A INPUT -p tcp -m tcp --dport 2222 -j ACCEPT
        -A FORWARD -s 198.51.100.0/24 -j SOMEBODYS
        -A SOMEBODYS -j DROP
        -A KUBE-FIREWALL ! -s 127.0.0.0/8 -d 127.0.0.0/8 -m comment --comment "block incoming localnet connections" -m conntrack ! --ctstate RELATED,ESTABLISHED,DNAT -j DROP
        COMMIT

        """

    static func write(in namespace: NetworkNamespace) throws {
        try Witness.run("iptables-nft-restore", ["--noflush"], in: namespace, input: kubelet)
        try Witness.run("ip6tables-nft-restore", ["--noflush"], in: namespace, input: kubelet)
        try Witness.run("iptables-nft-restore", ["--noflush"], in: namespace, input: somebodys)
        let table = "table ip somebody { chain c { type filter hook input priority 10; tcp dport 2223 drop; }; }"
        try Witness.run("nft", [table], in: namespace)
    }
}
