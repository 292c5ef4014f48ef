import LinuxSystemTesting
import NFTablesInspect
import NetworkTypes
import ServicePlan
import ServiceProxyTesting
import Testing
import TrafficTesting

@testable import ServiceProxy

/// What kube-proxy left is taken over or taken away, and a connection that it led to a pod goes on.
@Suite(.enabled(if: KernelFeature.nft.isAvailable && Witness.has("iptables-nft-restore")))
struct KubeProxyTakeoverTests {
    /// What stays whoever comes: the kubelet's, and a user's.
    private static let kubelet = """
        *mangle
        :KUBE-IPTABLES-HINT - [0:0]
        :KUBE-KUBELET-CANARY - [0:0]
        :KUBE-PROXY-CANARY - [0:0]
        COMMIT
        *filter
        :KUBE-FIREWALL - [0:0]
        :KUBE-PROXY-CANARY - [0:0]
        -A INPUT -j KUBE-FIREWALL
        -A INPUT -p tcp -m tcp --dport 2222 -j ACCEPT
        COMMIT
        *nat
        :KUBE-PROXY-CANARY - [0:0]
        COMMIT

        """

    private func tool(_ family: IPFamily, _ suffix: String) -> String {
        (family == .ipv4 ? "iptables-nft" : "ip6tables-nft") + suffix
    }

    /// The rules and chains of KUBE- names, and the user's own.
    private func saved(_ family: IPFamily, _ node: TestNamespace) throws -> [String] {
        try node.witness(tool(family, "-save")).split(separator: "\n").map(String.init).filter {
            $0.hasPrefix("-A") || $0.hasPrefix(":KUBE") || $0.hasPrefix(":WEFT")
        }.map { $0.hasPrefix(":") ? String($0.prefix { $0 != " " }) : $0 }
    }

    private func objects(_ family: IPFamily, _ mode: ServiceProxyMode) throws -> ServiceProxyObjects {
        var objects = try ServiceProxyObjects(family, mode)
        objects.addService("web", 1, nodePort: 30080)
        objects.setEndpoints("web", [1])
        _ = objects.planner.takeDirty()
        return objects
    }

    /// kube-proxy's rules in mode iptables, loaded by the real tool: ours without what only we have, as the layouts are
    /// the same, and its canaries.
    private func leaveChains(_ family: IPFamily, in network: ServiceProxyNetwork) throws {
        try network.node.run { _ = try objects(family, .iptables).start() }
        let text = try network.node.witness(tool(family, "-save")).split(separator: "\n")
            .filter { !$0.contains("WEFT") }.joined(separator: "\n")
        try network.node.witness("nft", "flush", "ruleset")
        let restore = tool(family, "-restore")
        try Witness.run(restore, [], in: network.node.namespace, input: text + "\n")
        try Witness.run(restore, ["--noflush"], in: network.node.namespace, input: Self.kubelet)
    }

    private func target(_ family: IPFamily) throws -> [IPEndpoint] {
        let clusterIP = try #require(IPAddress(ServiceProxyObjects.clusterIP(1, family)))
        let node = try #require(IPAddress(ServiceProxyNetwork.nodeAddress(family)))
        return [IPEndpoint(address: clusterIP, port: 80), IPEndpoint(address: node, port: 30080)]
    }

    /// Holds connections that began before `body`, and asks over them afterwards.
    private func held(
        _ family: IPFamily,
        _ network: ServiceProxyNetwork,
        while body: () throws -> Void
    ) throws {
        let targets = try target(family)
        try hold(targets[0], network) { try hold(targets[1], network) { try body() } }
    }

    private func hold(_ target: IPEndpoint, _ network: ServiceProxyNetwork, while rest: () throws -> Void) throws {
        try network.client.run {
            let socket = try InternetSocket(.tcp, family: target.family)
            func ask() throws -> String {
                try socket.send(Array("who?\n".utf8))
                return String(decoding: try socket.receive(timeout: Patience.milliseconds(2000)), as: UTF8.self)
            }
            try socket.connect(to: target, timeout: Patience.milliseconds(2000))
            #expect(try ask().hasPrefix("pod1 "))
            try rest()
            #expect(try ask().hasPrefix("pod1 "))
        }
    }

    private func answers(_ family: IPFamily, _ network: ServiceProxyNetwork) throws {
        for target in try target(family) {
            for namespace in [network.client, network.node] {
                #expect(try network.ask(from: namespace, target).map(\.server) == ["pod1"])
            }
        }
    }

    @Test(arguments: IPFamily.allCases)
    func chainsGoWhenAnotherModeServes(family: IPFamily) throws {
        try ServiceProxyNetwork.with { network in
            try leaveChains(family, in: network)
            try answers(family, network)
            try held(family, network) {
                try network.node.run {
                    var remains = KubeProxyRemains(besides: "nftables")
                    let found = try remains.find()
                    #expect(found.count == 3, "\(found)")
                    #expect(found.contains { $0.hasSuffix(" chains in table \(family == .ipv4 ? "ip" : "ip6") nat") })
                    #expect(try objects(family, .nftables).start().outcome == .rebuilt)
                    let removal = remains.remove()
                    #expect(removal.failures.isEmpty && removal.busy.isEmpty, "\(removal)")
                    #expect(removal.removed.count == 3, "\(removal)")
                    #expect(try remains.find().isEmpty)
                    #expect(remains.remove().removed.isEmpty)
                }
            }
            // The kubelet's and the user's stay.
            let kept: Set = [
                ":KUBE-IPTABLES-HINT", ":KUBE-KUBELET-CANARY", ":KUBE-FIREWALL", "-A INPUT -j KUBE-FIREWALL",
                "-A INPUT -p tcp -m tcp --dport 2222 -j ACCEPT",
            ]
            #expect(try Set(saved(family, network.node)) == kept)
            try answers(family, network)
        }
    }

    @Test(arguments: IPFamily.allCases)
    func modeIPTablesTakesTheChainsOverInPlace(family: IPFamily) throws {
        try ServiceProxyNetwork.with { network in
            try leaveChains(family, in: network)
            let before = Set(try saved(family, network.node))
            try held(family, network) {
                try network.node.run {
                    let report = try objects(family, .iptables).start()
                    // What was there already is not written again: only what kube-proxy doesn't have.
                    #expect(report.outcome == .changed)
                    #expect(report.elementCount <= 4, "\(report)")
                    var remains = KubeProxyRemains(besides: "iptables")
                    let removal = remains.remove()
                    #expect(removal.failures.isEmpty)
                    #expect(removal.removed.count == 3)
                }
            }
            let after = Set(try saved(family, network.node))
            #expect(before.subtracting(after) == [":KUBE-PROXY-CANARY"])
            #expect(
                after.subtracting(before).allSatisfy { $0.contains("WEFT") || $0.contains("KUBE-EXTERNAL-SERVICES") }
            )
            try answers(family, network)
            // The way back: our clean-up leaves the kubelet's and the user's only, and kube-proxy begins anew.
            try network.node.run { _ = try IPTablesBackend.cleanup() }
            #expect(try saved(family, network.node).filter { $0.contains("KUBE-S") || $0.contains("WEFT") } == [])
            #expect(try saved(family, network.node).contains("-A INPUT -j KUBE-FIREWALL"))
        }
    }

    @Test(arguments: IPFamily.allCases)
    func itsTableGoesWhenOursServes(family: IPFamily) throws {
        try ServiceProxyNetwork.with { network in
            let (ip, clusterIP) = (family == .ipv4 ? "ip" : "ip6", ServiceProxyObjects.clusterIP(1, family))
            let pod = ServiceProxyNetwork.podAddress(1, family)
            let end = family == .ipv4 ? "\(pod):8080" : "[\(pod)]:8080"
            let local = ServiceProxyNetwork.nodeAddress(family)
            let rules = """
                \(ip) daddr \(clusterIP) tcp dport 80 dnat to \(end)
                \(ip) daddr \(local) tcp dport 30080 dnat to \(end)
                """
            try Witness.run(
                "nft",
                ["-f", "-"],
                in: network.node.namespace,
                input: """
                    table \(ip) kube-proxy {
                      chain nat-prerouting { type nat hook prerouting priority -100; \(rules)
                      }
                      chain nat-output { type nat hook output priority -100; \(rules)
                      }
                    }
                    """
            )
            try answers(family, network)
            for mode in [ServiceProxyMode.nftables, .iptables] {
                try held(family, network) {
                    try network.node.run {
                        _ = try objects(family, mode).start()
                        var remains = KubeProxyRemains(besides: mode.rawValue)
                        let isThere = mode == .nftables
                        #expect(try remains.find() == (isThere ? ["table \(ip) kube-proxy"] : []))
                        #expect(remains.remove().removed == (isThere ? ["table \(ip) kube-proxy"] : []))
                    }
                }
                try answers(family, network)
            }
        }
    }

    @Test func chainsThatOthersLeadToAreLeftEmpty() throws {
        try withTestNamespace { namespace in
            let input = """
                *nat
                :KUBE-MARK-MASQ - [0:0]
                :KUBE-NODE-PORT - [0:0]
                :CNI-HOSTPORT - [0:0]
                -A KUBE-MARK-MASQ -j MARK --set-xmark 0x4000/0x4000
                -A CNI-HOSTPORT -s 10.0.0.1 -j KUBE-MARK-MASQ
                COMMIT

                """
            try Witness.run("iptables-nft-restore", [], in: namespace.namespace, input: input)
            var remains = KubeProxyRemains(besides: "nftables")
            let removal = remains.remove()
            #expect(
                removal.removed == [
                    "1 chain of table ip nat",
                    "chain ip nat KUBE-MARK-MASQ: left empty, as chain CNI-HOSTPORT jumps to it",
                ]
            )
            let rules = try namespace.witness("iptables-nft-save").split(separator: "\n").filter { $0.hasPrefix("-A") }
            #expect(rules == ["-A CNI-HOSTPORT -s 10.0.0.1/32 -j KUBE-MARK-MASQ"])
        }
    }

    /// Chains that mode iptables of ours left are not kube-proxy's: they go as our own.
    @Test func ourOwnChainsAreNotTakenForItsOwn() throws {
        try withTestNamespace { namespace in
            _ = try objects(.ipv4, .iptables).start()
            #expect(try KubeProxyRemains(besides: "nftables").find().isEmpty)
            let before = try saved(.ipv4, namespace)
            var remains = KubeProxyRemains(besides: "nftables")
            #expect(remains.remove().removed.isEmpty)
            #expect(try saved(.ipv4, namespace) == before)
        }
    }
}
