import ClusterModel
import LinuxSystemTesting
import NFTables
import NetworkTypes
import ServicePlan
import ServiceProxy
import ServiceProxyTesting
import Testing
import TrafficTesting

/// What is counted for each Service, with real packets.
@Suite(.enabled(if: KernelFeature.nft.isAvailable && KernelFeature.veth.isAvailable))
struct ServiceProxyCounterTests {
    private func cluster(_ family: IPFamily, counts: Bool = true) throws -> ServiceProxyObjects {
        var objects = try ServiceProxyObjects(family, .nftables, ProxyConfiguration(countsPackets: counts))
        objects.addService("web", 1, nodePort: 30080)
        objects.setEndpoints("web", [1])
        objects.addService("idle", 2)
        objects.setEndpoints("idle", [2])
        return objects
    }

    /// Packets by Service port, kind of frontend and protocol.
    private func packets(_ network: ServiceProxyNetwork, _ family: IPFamily) throws -> [String: UInt64] {
        let counts = try network.node.run { try ServiceCounters.read(family) }
        return counts.reduce(into: [:]) { packets, count in
            let frontends = count.frontends
            #expect(frontends.family == family)
            // At least the network's and the transport's headers.
            #expect(count.counter.bytes >= count.counter.packets * (family == .ipv4 ? 28 : 48))
            packets["\(frontends.servicePort) \(frontends.kind) \(frontends.transport)"] = count.counter.packets
        }
    }

    @Test(arguments: IPFamily.allCases)
    func packetsAreCountedByServiceInBothDirections(family: IPFamily) throws {
        try ServiceProxyNetwork.with { network in
            var objects = try network.node.run { try cluster(family) }
            try network.node.run { _ = try objects.start() }
            _ = objects.planner.takeDirty()
            let clusterIP = try #require(IPAddress(ServiceProxyObjects.clusterIP(1, family)))
            let node = try #require(IPAddress(ServiceProxyNetwork.nodeAddress(family)))
            // A question and its answer.
            let dns = IPEndpoint(address: clusterIP, port: 53)
            for namespace in [network.client, network.node, network.pods[1]] {
                #expect(try network.ask(from: namespace, dns, .udp, times: 10).count == 10)
            }
            let nodePort = IPEndpoint(address: node, port: 30080)
            #expect(try network.ask(from: network.client, nodePort, .udp, times: 5).count == 5)
            var seen = try packets(network, family)
            #expect(seen["default/web:udp ClusterIP udp"] == 60)
            #expect(seen["default/web:udp NodePort udp"] == 10)
            #expect(seen["default/web:tcp ClusterIP tcp"] == 0)
            #expect(seen["default/idle:udp ClusterIP udp"] == 0)
            // Handshake, question, answer, end: not the first packet alone.
            #expect(try network.ask(from: network.client, IPEndpoint(address: clusterIP, port: 80)).count == 1)
            seen = try packets(network, family)
            #expect((7...16).contains(seen["default/web:tcp ClusterIP tcp"] ?? 0), "\(seen)")

            // Other endpoints, and a restart, are no reason to forget; the Service's end is.
            objects.setEndpoints("web", [1, 2])
            objects.planner.removeService(ObjectKey(namespace: "default", name: "idle"))
            try network.node.run {
                #expect(try objects.sync().outcome == .changed)
                let restarted = try ServiceProxyMode.nftables.backend(family, ProxyConfiguration(countsPackets: true))
                let report = try restarted.replaceAll(with: objects.planner.specs(family), node: objects.planner.node)
                #expect(report.outcome == .unchanged)
            }
            let after = try packets(network, family)
            #expect(after["default/web:udp ClusterIP udp"] == 60)
            #expect(after.keys.contains { $0.hasPrefix("default/idle") } == false)
        }
    }

    @Test func countersComeAndGoWithTheOption() throws {
        try ServiceProxyNetwork.with { network in
            for counts in [false, true, false] {
                try network.node.run {
                    let objects = try cluster(.ipv4, counts: counts)
                    _ = try objects.start()
                    let again = try cluster(.ipv4, counts: counts)
                    #expect(try again.start().outcome == .unchanged)
                    #expect(try ServiceCounters.read(.ipv4).isEmpty == !counts)
                }
                let address = try #require(IPAddress(ServiceProxyObjects.clusterIP(1, .ipv4)))
                #expect(try network.ask(from: network.client, IPEndpoint(address: address, port: 80)).count == 1)
            }
        }
    }
}
