import ClusterModel
import IPVS
import JSONTree
import LinuxSystem
import LinuxSystemTesting
import NetworkTypes
import ServicePlan
import ServiceProxy
import ServiceProxyTesting
import Testing
import TrafficTesting

/// Mode ipvs beside what all modes have in common: what the kernel's own tools see of it, draining, and its end.
@Suite(.enabled(if: KernelFeature.ipvs.isAvailable))
struct ServiceProxyIPVSTests {
    /// A network, and Services programmed in its node.
    private func withServices(
        _ family: IPFamily,
        _ label: String = #function,
        prepare: (inout ServiceProxyObjects) -> Void,
        _ body: (ServiceProxyNetwork, inout ServiceProxyObjects) throws -> Void
    ) throws {
        try ServiceProxyNetwork.with(label) { network in
            var objects = try network.node.run { try ServiceProxyObjects(family, .ipvs) }
            prepare(&objects)
            try network.node.run { _ = try objects.start() }
            _ = objects.planner.takeDirty()
            try body(network, &objects)
        }
    }

    private func clusterIP(_ number: Int, _ family: IPFamily, _ port: Port = 80) throws -> IPEndpoint {
        IPEndpoint(address: try #require(IPAddress(ServiceProxyObjects.clusterIP(number, family))), port: port)
    }

    /// The lines of `ipvsadm -Ln` without counters, as "TCP 10.96.0.1:80 rr" and "-> 10.244.0.2:8080 Masq 1".
    private func servers(_ node: TestNamespace) throws -> [String] {
        try node.witness("ipvsadm", "-Ln").split(separator: "\n").dropFirst(3).map { line in
            line.split(separator: " ").prefix(line.hasPrefix("  ->") ? 4 : 5).joined(separator: " ")
        }
    }

    @Test(arguments: IPFamily.allCases)
    func ipvsadmShowsTheClusterIPWithItsEndpoints(family: IPFamily) throws {
        try withServices(family) { objects in
            objects.addService("web", 1, nodePort: 30080)
            objects.setEndpoints("web", [1, 2])
            objects.addService("sticky", 2, ["sessionAffinity": "ClientIP"])
            objects.setEndpoints("sticky", [1])
            objects.addService("empty", 3)
        } _: { network, objects in
            let shown = try servers(network.node)
            let pods = try [1, 2].map { number in
                let address = try #require(IPAddress(ServiceProxyNetwork.podAddress(number, family)))
                return "\(IPEndpoint(address: address, port: 8080))"
            }
            func block(_ name: String, _ pods: [String]) -> [String] {
                [name] + pods.map { "-> \($0) Masq 1" }.sorted()
            }
            // One for each port, whatever its frontends, and none without endpoints; real servers in any order.
            let blocks = shown.split { !$0.hasPrefix("->") }.map { $0.sorted() }
            let names = [
                "TCP \(try clusterIP(1, family)) rr", "TCP \(try clusterIP(2, family)) rr persistent 10800",
                "UDP \(try clusterIP(1, family, 53)) rr", "UDP \(try clusterIP(2, family, 53)) rr persistent 10800",
            ]
            #expect(shown.filter { !$0.hasPrefix("->") }.sorted() == names.sorted())
            #expect(Set(blocks) == Set([block("", pods), block("", [pods[0]])].map { Array($0.dropFirst()) }))
            objects.setEndpoints("web", [2])
            try network.node.run { _ = try objects.sync() }
            #expect(try servers(network.node).filter { $0.contains(pods[0]) }.count == 2)
        }
    }

    @Test(arguments: IPFamily.allCases)
    func aRestartWritesNothingAndTheListingLoadsAgain(family: IPFamily) throws {
        try ServiceProxyNetwork.with { network in
            try network.node.run {
                let objects = try ServiceProxyObjects.everything(family, .ipvs)
                #expect(try objects.start().outcome == .rebuilt)
                let listing = try network.node.witness("nft", "list", "ruleset")
                let servers = try network.node.witness("ipvsadm", "-Sn")
                let again = try ServiceProxyObjects(family, .ipvs, planner: objects.planner)
                let report = try again.start()
                #expect(report.outcome == .unchanged)
                #expect(report.elementCount == 0)
                #expect(try network.node.witness("nft", "list", "ruleset") == listing)
                #expect(try network.node.witness("ipvsadm", "-Sn") == servers)
                try network.node.witness("nft", "flush", "ruleset")
                try Witness.run("nft", ["-f", "-"], in: network.node.namespace, input: listing)
                #expect(try network.node.witness("nft", "list", "ruleset") == listing)
                #expect(try again.start().outcome == .unchanged)
            }
        }
    }

    @Test(arguments: IPFamily.allCases)
    func aConnectionOutlivesItsEndpointsRemovalAndThenItGoes(family: IPFamily) throws {
        try withServices(family) { objects in
            objects.addService("web", 1, nodePort: 30080)
            objects.setEndpoints("web", [1])
        } _: { network, objects in
            let target = try clusterIP(1, family)
            try network.client.run {
                let socket = try InternetSocket(.tcp, family: family)
                func ask() throws -> String {
                    try socket.send(Array("who?\n".utf8))
                    return String(decoding: try socket.receive(timeout: Patience.milliseconds(2000)), as: UTF8.self)
                }
                try socket.connect(to: target, timeout: Patience.milliseconds(2000))
                #expect(try ask().hasPrefix("pod1 "))
                objects.setEndpoints("web", [2])
                try network.node.run { _ = try objects.sync() }
                #expect(try servers(network.node).contains { $0.hasPrefix("->") && $0.hasSuffix("Masq 0") })
                #expect(try ask().hasPrefix("pod1 "))
                #expect(try network.ask(from: network.client, target, times: 6).allSatisfy { $0.server == "pod2" })
                // Even without any endpoint; new ones are refused then.
                objects.setEndpoints("web", [])
                try network.node.run { _ = try objects.sync() }
                #expect(try ask().hasPrefix("pod1 "))
                #expect(try network.refusal(from: network.client, target, patience: 4000)?.code == .refused)
            }
            // Closed connections are remembered for a while; as if that time was over:
            let deadline = Deadline.after(.seconds(200))
            try network.node.witness("ipvsadm", "--set", "1", "1", "1")
            var left = try servers(network.node)
            while !left.isEmpty, !deadline.hasPassed {
                left = try network.node.run {
                    let restarted = try ServiceProxyObjects(family, .ipvs, planner: objects.planner)
                    _ = try restarted.start()
                    return try servers(network.node)
                }
            }
            #expect(left == [])
        }
    }

    @Test(arguments: IPFamily.allCases)
    func aDatagramFindsAnotherEndpointAtOnce(family: IPFamily) throws {
        try withServices(family) { objects in
            objects.addService("dns", 1)
            objects.setEndpoints("dns", [1])
        } _: { network, objects in
            let target = try clusterIP(1, family, 53)
            #expect(try network.ask(from: network.client, target, .udp).map(\.server) == ["pod1"])
            objects.setEndpoints("dns", [2])
            try network.node.run { _ = try objects.sync() }
            let answers = try network.ask(from: network.client, target, .udp, times: 3)
            #expect(answers.map(\.server) == ["pod2", "pod2", "pod2"])
            #expect(try servers(network.node).filter { $0.hasPrefix("->") }.count == 2)
        }
    }

    @Test func hostPortsAndOthersNodePortsAreNotOnClusterIPs() throws {
        try withServices(.ipv4) { objects in
            objects.addService("web", 1, nodePort: 30080)
            objects.setEndpoints("web", [1])
        } _: { network, _ in
            try withServer(named: "host", in: network.node, families: [.ipv4]) {
                for port in [Port(rawValue: 8080), 30080] {
                    let target = try clusterIP(1, .ipv4, port)
                    for namespace in [network.client, network.pods[1], network.node] {
                        #expect(try network.refusal(from: namespace, target, patience: 4000)?.code == .refused)
                    }
                }
                let direct = IPEndpoint(
                    address: try #require(IPAddress(ServiceProxyNetwork.nodeAddress(.ipv4))),
                    port: 8080
                )
                #expect(try network.ask(from: network.client, direct).map(\.server) == ["host"])
            }
        }
    }

    @Test func cleanupLeavesNothingOfOursAndAllOfOthers() throws {
        try withServices(.ipv4) { objects in
            objects.addService("web", 1, nodePort: 30080, ["externalTrafficPolicy": "Local"])
            objects.setEndpoints("web", [1, 2])
        } _: { network, objects in
            let node = network.node
            try node.witness("ipvsadm", "-A", "-t", "192.0.2.7:80", "-s", "wlc")
            try node.witness("ip", "route", "add", "local", "192.0.2.8", "dev", "lo", "table", "local")
            try node.witness("nft", "add", "table", "ip", "other")
            try node.run { _ = try ServiceProxyObjects(.ipv4, .ipvs, planner: objects.planner).start() }
            #expect(try servers(node).contains("TCP 192.0.2.7:80 wlc"))
            #expect(try servers(node).count > 2)
            let removed = try node.run { try IPVSRemoval.removeAll() }
            #expect(removed.first == "table ip weft-ipvs")
            #expect(removed.count == 3)
            #expect(try servers(node) == ["TCP 192.0.2.7:80 wlc"])
            #expect(try node.witness("nft", "list", "tables") == "table ip other\n")
            #expect(try node.witness("ip", "route", "show", "table", "local", "proto", "88").isEmpty)
            #expect(try node.witness("ip", "route", "show", "table", "local").contains("192.0.2.8"))
            #expect(try node.run { try IPVSRemoval.removeAll() } == [])
        }
    }

    @Test func aSchedulerThatTheKernelLacksIsNamedBeforeAnythingIsWritten() throws {
        try withTestNamespace { namespace in
            let error = #expect(throws: ProxyError.self) {
                _ = try IPVSBackend(.ipv4, ProxyConfiguration(ipvsScheduler: "fastest"))
            }
            #expect(
                error?.description
                    == "mode ipvs: the kernel has no scheduler \"fastest\"; load it with: modprobe ip_vs_fastest"
            )
            let ruleset = try namespace.witness("nft", "list", "ruleset")
            #expect(ruleset.isEmpty)
        }
    }

    @Test func annotationsPickSchedulerAndShares() throws {
        try withServices(.ipv4) { objects in
            objects.addService("web", 1, ["annotations": ["weft.dev/ipvs-scheduler": "wrr"]])
            var slice = ServiceProxyObjects.endpoints(of: "web", [1, 2], .ipv4)
            let drained = ServiceProxyNetwork.podAddress(2, .ipv4)
            slice.metadata.annotations["weft.dev/ipvs-weights"] = "\(drained)=0"
            objects.planner.upsert(slice)
        } _: { network, _ in
            #expect(try servers(network.node).contains("TCP \(try clusterIP(1, .ipv4)) wrr"))
            let answers = try network.ask(from: network.client, try clusterIP(1, .ipv4), times: 20)
            #expect(answers.allSatisfy { $0.server == "pod1" })
        }
    }

    @Test func settingsAreMadeAndToldOnce() throws {
        try withTestNamespace { namespace in
            var configuration = ProxyConfiguration()
            configuration.ipvsStrictARP = true
            configuration.ipvsTimeouts = IPVSConnectionTimes(tcp: .seconds(777), udp: .seconds(33))
            let objects = try ServiceProxyObjects(.ipv4, .ipvs)
            let backend = try IPVSBackend(.ipv4, configuration)
            let remarks = try backend.replaceAll(with: [], node: objects.planner.node).remarks
            #expect(remarks.contains("net.ipv4.conf.all.arp_ignore is 1 now, was 0"))
            let timeouts = remarks.first { $0.hasPrefix("timeouts are tcp 777 s, tcpfin ") }
            #expect(timeouts?.hasSuffix("udp 33 s now") == true)
            #expect(try Sysctl.read("net.ipv4.conf.all.arp_announce") == "2")
            #expect(try Sysctl.read("net.ipv4.vs.conntrack") == "1")
            #expect(try namespace.witness("ipvsadm", "-L", "--timeout").contains("777 "))
            #expect(try backend.replaceAll(with: [], node: objects.planner.node).remarks.isEmpty)
        }
    }

    /// kube-proxy's virtual servers, their link and its sets go when another mode serves, and those of others stay.
    @Test func whatKubeProxyLeftGoesWhenItIsIdle() throws {
        try withServices(.ipv4) { objects in
            objects.addService("web", 1)
            objects.setEndpoints("web", [1])
        } _: { network, objects in
            let node = network.node
            try node.run {
                _ = try IPVSRemoval.removeAll()
                try Sysctl.write("net.ipv4.vs.conntrack", "1")
            }
            // With the setting above, kube-proxy's nat rules make IPVS' connections known to connection tracking: a
            // connection that is not would be new to every mode, and masqueraded in its midst.
            let chain = "add chain ip kubes postrouting { type nat hook postrouting priority 100; }"
            let rule = "add rule ip kubes postrouting meta mark 0x4000 masquerade"
            try node.witness("nft", "add table ip kubes; \(chain); \(rule)")
            let (target, pod) = (try clusterIP(1, .ipv4), "\(ServiceProxyNetwork.podAddress(1, .ipv4)):8080")
            try node.witness("ip", "link", "add", "kube-ipvs0", "type", "dummy")
            try node.witness("ip", "address", "add", "\(target.address)/32", "dev", "kube-ipvs0")
            try node.witness("ipvsadm", "-A", "-t", "\(target)", "-s", "rr")
            try node.witness("ipvsadm", "-a", "-t", "\(target)", "-r", pod, "-m")
            try node.witness("ipvsadm", "-A", "-t", "192.0.2.7:80", "-s", "wlc")
            var remains = KubeProxyRemains(besides: "nftables")
            try network.client.run {
                let socket = try InternetSocket(.tcp, family: .ipv4)
                func ask() throws -> String {
                    try socket.send(Array("who?\n".utf8))
                    return String(decoding: try socket.receive(timeout: Patience.milliseconds(2000)), as: UTF8.self)
                }
                try socket.connect(to: target, timeout: Patience.milliseconds(2000))
                #expect(try ask().hasPrefix("pod1 "))
                try node.run {
                    _ = try ServiceProxyObjects(.ipv4, .nftables, planner: objects.planner).start()
                    #expect(try remains.find() == ["virtual servers on kube-ipvs0"])
                    // At the first look packets may be on their way; later ones find the connection.
                    for _ in 1...3 {
                        let removal = remains.remove()
                        #expect(removal.busy == ["virtual server TCP \(target)"])
                        #expect(removal.removed.isEmpty && removal.failures.isEmpty)
                    }
                }
                #expect(try ask().hasPrefix("pod1 "))
                #expect(try network.ask(from: network.client, target).map(\.server) == ["pod1"])
            }
            // A connection that was closed has ended for connection tracking when its last packet has come by.
            let deadline = Deadline.after(.seconds(60))
            var removal = try node.run { remains.remove() }
            while !removal.busy.isEmpty, !deadline.hasPassed { removal = try node.run { remains.remove() } }
            #expect(removal.removed.contains("link kube-ipvs0"))
            #expect(try servers(node) == ["TCP 192.0.2.7:80 wlc"])
            #expect(try node.run { try remains.find() }.isEmpty)
        }
    }

    @Test(arguments: ["wrr", "lc", "wlc", "lblc", "lblcr", "dh", "sh", "sed", "nq", "mh"])
    func everySchedulerServes(scheduler: String) throws {
        try ServiceProxyNetwork.with { network in
            var objects = try network.node.run { try ServiceProxyObjects(.ipv4, .ipvs) }
            objects.addService("web", 1)
            objects.setEndpoints("web", [1, 2])
            try network.node.run {
                let backend = try IPVSBackend(.ipv4, ProxyConfiguration(ipvsScheduler: scheduler))
                _ = try backend.replaceAll(with: objects.planner.specs(.ipv4), node: objects.planner.node)
                let again = try IPVSBackend(.ipv4, ProxyConfiguration(ipvsScheduler: scheduler))
                let report = try again.replaceAll(with: objects.planner.specs(.ipv4), node: objects.planner.node)
                #expect(report.outcome == .unchanged)
            }
            let name = "TCP \(try clusterIP(1, .ipv4)) \(scheduler)" + (scheduler == "mh" ? " (mh-port)" : "")
            #expect(try servers(network.node).contains(name))
            let answers = try network.ask(from: network.client, try clusterIP(1, .ipv4), times: 10)
            #expect(Set(answers.map(\.server)).isSubset(of: ["pod1", "pod2"]))
        }
    }
}
