import ClusterTesting
import JSONTree
import LinuxSystem
import LinuxSystemTesting
import NetworkTypes
import Testing
import TrafficTesting

/// weftd enforces policies where another proxy serves Services (`--mode none`): what that one has translated is judged by
/// where it really goes.
@Suite(.serialized)
struct PolicyForeignProxyTests {
    /// Whose rules the stand-in resembles: those of kube-proxy in this mode.
    enum Proxy: String, CaseIterable { case iptables, nftables }

    private static let service = IPEndpoint(address: .v4(IPv4Address(10, 96, 0, 50)), port: 80)

    @Test(arguments: Proxy.allCases)
    func policiesSeeWhereAConnectionReallyGoes(_ proxy: Proxy) async throws {
        try await Self.withCluster("testforeign") { cluster in
            let nodes = await cluster.nodes
            for (name, label, node) in [
                ("server", "server", 0), ("friend", "friend", 0), ("stranger", "stranger", 0),
                ("farfriend", "friend", 1), ("farstranger", "stranger", 1),
            ] { try await cluster.startPod(name, on: nodes[node], labels: ["app": label]) }
            let pods = await cluster.pods
            for node in nodes { try Self.standIn(proxy, node, pods[0].endpoint(8080)) }
            for pod in pods.dropFirst() { try await Self.expect(pod, reaches: true, cluster) }

            // The port that counts is the pod's.
            try await cluster.createPolicy("server", spec: Self.letsFriendsIn(port: 8080))
            for pod in pods.dropFirst() {
                try await Self.expect(pod, reaches: pod.name.hasSuffix("friend"), cluster)
            }
            try await cluster.deletePolicy("server")
            try await cluster.createPolicy("server", spec: Self.letsFriendsIn(port: 80))
            for pod in pods.dropFirst() { try await Self.expect(pod, reaches: false, cluster) }
            try await cluster.deletePolicy("server")
            for pod in pods.dropFirst() { try await Self.expect(pod, reaches: true, cluster) }

            // For outgoing traffic it is the pod too: the Service's own address opens nothing.
            try await cluster.createPolicy("out", spec: Self.friendsReach(["ipBlock": ["cidr": "10.96.0.0/16"]]))
            for pod in pods.dropFirst() {
                try await Self.expect(pod, reaches: pod.name.hasSuffix("stranger"), cluster)
            }
            try await cluster.createPolicy(
                "more",
                spec: Self.friendsReach(["podSelector": ["matchLabels": ["app": "server"]]])
            )
            for pod in pods.dropFirst() { try await Self.expect(pod, reaches: true, cluster) }
        }
    }

    /// What an earlier mode wrote for Services is taken away; nothing new is written, and policies stay.
    @Test func modeNoneTakesTheRulesOfServicesAway() async throws {
        try await Self.withCluster("testmodenone", mode: "nftables") { cluster in
            let node = await cluster.nodes[0]
            try await cluster.startPod("one", on: node, labels: ["app": "one"])
            try await cluster.createService("one", selector: ["app": "one"])
            try await Self.eventually("the Service is served") {
                try tables(of: node).contains("table ip weft")
            }
            try await cluster.stopDaemon(on: node, grace: .seconds(10))
            var settings = cluster.settings
            settings.mode = "none"
            try await cluster.startDaemon(on: node, settings)
            try await Self.eventually("the Services' rules are gone") {
                let tables = try tables(of: node)
                return !tables.contains("table ip weft") && tables.contains("table ip weft-policy")
            }
        }
    }

    private func tables(of node: ClusterNode) throws -> [Substring] {
        try Witness.run("nft", ["list", "tables"], in: .open(named: node.namespace)).split(separator: "\n")
    }

    // MARK: Policies

    private static func letsFriendsIn(port: Int) -> JSONValue {
        [
            "podSelector": ["matchLabels": ["app": "server"]], "policyTypes": ["Ingress"],
            "ingress": [
                [
                    "from": [["podSelector": ["matchLabels": ["app": "friend"]]]],
                    "ports": [["protocol": "TCP", "port": JSONValue(port)]],
                ]
            ],
        ]
    }

    private static func friendsReach(_ peer: JSONValue) -> JSONValue {
        [
            "podSelector": ["matchLabels": ["app": "friend"]], "policyTypes": ["Egress"],
            "egress": [["to": [peer]]],
        ]
    }

    // MARK: The other proxy

    /// Rules as kube-proxy has them, for one Service with one endpoint.
    private static func standIn(_ proxy: Proxy, _ node: ClusterNode, _ endpoint: IPEndpoint) throws {
        let namespace = try NetworkNamespace.open(named: node.namespace)
        switch proxy {
        case .iptables:
            for rule in [
                "-t nat -N KUBE-SERVICES", "-t nat -N KUBE-SVC-TEST", "-t nat -N KUBE-SEP-TEST",
                "-t nat -A PREROUTING -j KUBE-SERVICES", "-t nat -A OUTPUT -j KUBE-SERVICES",
                "-t nat -A KUBE-SERVICES -d \(service.address)/32 -p tcp --dport 80 -j KUBE-SVC-TEST",
                "-t nat -A KUBE-SVC-TEST -j KUBE-SEP-TEST",
                "-t nat -A KUBE-SEP-TEST -p tcp -j DNAT --to-destination \(endpoint)",
                "-N KUBE-FORWARD", "-A FORWARD -j KUBE-FORWARD",
                "-A KUBE-FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT",
                "-A KUBE-FORWARD -j ACCEPT",
            ] { try Witness.run("iptables", rule.split(separator: " ").map(String.init), in: namespace) }
        case .nftables:
            let rules = """
                table ip kube-proxy {
                    chain endpoint-test { meta l4proto tcp dnat to \(endpoint) ; }
                    chain service-test { numgen random mod 1 vmap { 0 : goto endpoint-test } ; }
                    map service-ips {
                        type ipv4_addr . inet_proto . inet_service : verdict ;
                        elements = { \(service.address) . tcp . 80 : goto service-test } ;
                    }
                    chain services { ip daddr . meta l4proto . th dport vmap @service-ips ; }
                    chain nat-prerouting { type nat hook prerouting priority dstnat ; jump services ; }
                    chain nat-output { type nat hook output priority -100 ; jump services ; }
                }
                """
            try Witness.run("nft", [rules], in: namespace)
        }
    }

    // MARK: The cluster

    /// Waits until a pod reaches the Service, or does so no more.
    private static func expect(_ pod: ClusterPod, reaches: Bool, _ cluster: ThrowawayCluster) async throws {
        try await eventually("\(pod.name) reaches the Service: \(reaches)") {
            let answer = try? cluster.ask(Probe(.tcp, service, timeout: 300), from: pod)
            return reaches ? answer?.server == "server" : answer == nil
        }
    }

    private static func eventually(_ what: String, _ isSo: () throws -> Bool) async throws {
        let deadline = Deadline.after(Patience.duration(.seconds(20)))
        while try !isSo() {
            if deadline.hasPassed { throw ClusterError("not in time: \(what)") }
            try await Task.sleep(for: .milliseconds(5))
        }
    }

    private static func withCluster(
        _ name: String,
        mode: String = "none",
        _ body: (ThrowawayCluster) async throws -> Void
    ) async throws {
        let layout = ClusterLayout(name: name, nodeCount: 2)
        var settings = ThrowawayCluster.Settings()
        settings.mode = mode
        let cluster = try ThrowawayCluster(layout, programs: .besideThisOne(), settings: settings)
        do {
            try await cluster.makeUnderlay()
            try await cluster.startStore()
            try await cluster.registerNodes()
            for node in await cluster.nodes { try await cluster.startDaemon(on: node) }
            try await body(cluster)
        } catch {
            try await cluster.remove()
            throw error
        }
        try await cluster.remove()
        #expect(try Leftovers.find(of: layout).isEmpty)
    }
}
